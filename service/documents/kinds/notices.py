"""限期整改通知书: what a rectification notice says to its unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from service.documents.kinds.gathered import (
    Desk,
    Gathered,
    demand_of,
    finding_of,
    issued_by,
    pictures_of,
    round_of,
)
from service.models import Assignment, Event, Finding, Organization, RectificationNotice, Round
from service.rounds.rulebooks import RulesOfRounds
from workflows.vocabulary import Move, Origin


def rectification_notice(desk: Desk, notice_id: str) -> Gathered:
    """The notice as it was issued, with all of its findings (notice, part 4, paragraphs 2 and 3)."""
    session = desk.session
    notice = session.get_one(RectificationNotice, notice_id)
    query = select(Finding).where(Finding.notice_id == notice_id).order_by(Finding.number)
    findings = session.scalars(query.options(joinedload(Finding.checklist_item))).all()
    first, round_ = findings[0], session.get_one(Round, notice.round_id)
    rules = RulesOfRounds(session).of(first.round_id, first.policy_version)
    data = {
        **issued_by(desk.office(first.origin, first.district_id)),
        "number": notice.number,
        "unit": notice.organization.name,
        "round": round_of(round_),
        "by": inspecting_side(desk, first.origin, notice.round_id, first.district_id),
        "receipt_days": rules.policy.clocks.receipt,
        "findings": _as_issued(desk, findings),
        "date": desk.day(notice.issued_at),
        "pictures": pictures_of(session, findings),
    }
    title = f"限期整改通知书（{notice.number}）"
    return Gathered(title, data, notice.number, notice.round_id, notice.organization_id, first.district_id)


def _as_issued(desk: Desk, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings with what was demanded then, whatever has been granted since."""
    query = select(Event.finding_id, Event.data).where(
        Event.finding_id.in_([finding.id for finding in findings]), Event.move == Move.NOTIFY
    )
    demanded = {row[0]: row[1] for row in desk.session.execute(query)}
    return [{**finding_of(desk, finding), **_demanded(desk, demanded[finding.id])} for finding in findings]


def _demanded(desk: Desk, said: dict[str, Any]) -> dict[str, str]:
    deadline = datetime.fromisoformat(said["deadline"]) if said.get("deadline") else None
    return demand_of(desk, said.get("requirement"), deadline, said.get("working_days"))


def inspecting_side(desk: Desk, origin: Origin, round_id: str, district_id: str) -> str:
    """Who inspects: the centre's team of the district, or its office."""
    if origin is Origin.CENTRE:
        assignment = desk.session.get(Assignment, (round_id, district_id))
        team = assignment.team.name if assignment else ""
        return f"我中心{team if team.endswith('督查组') or not team else f'督查{team}'}"
    return desk.session.get_one(Organization, district_id).name
