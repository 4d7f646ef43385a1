"""Alerts for tests of texts: fields without any rows behind them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.wording import FindingAlertFields
from workflows.vocabulary import Origin, Role, Severity, State

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
UNIT, DISTRICT, CENTRE = "unit", "district", "centre"
READERS = {
    Role.UNIVERSITY: UNIT,
    Role.DISTRICT: DISTRICT,
    Role.INSPECTOR: CENTRE,
    Role.TEAM_HEAD: CENTRE,
    Role.LEADER: CENTRE,
    Role.LEADERSHIP: CENTRE,
    Role.BUREAU: "bureau",
    Role.COMMITTEE: "committee",
}


def alert(kind: str, **fields: Any) -> FindingAlertFields:
    """An alert of that kind to the university about its overdue finding, but for the fields given."""
    given: dict[str, Any] = {
        "kind": kind,
        "at": AT,
        "actor_role": Role.SYSTEM,
        "from_state": State.RECTIFYING,
        "to_state": State.RECTIFYING,
        "escalation_level": 0,
        "data": {},
        "number": "2026-08-0012",
        "severity": Severity.GENERAL,
        "origin": Origin.CENTRE,
        "unit": "明河龙湖学院",
        "unit_id": UNIT,
        "district_id": DISTRICT,
        "deadline": AT,
        "working_days": None,
        "reader_role": Role.UNIVERSITY,
        "reader_organization_id": UNIT,
    } | fields
    return FindingAlertFields(**given)
