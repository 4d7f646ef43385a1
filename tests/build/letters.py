"""Letters for tests of their words: alerts without any rows behind them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.alerts.channels.transport import OutgoingMessage
from service.alerts.letter_items import items_of
from service.alerts.letters import Letterhead, write_letter
from service.alerts.texts import FindingDetails, ReadableAlert
from service.models import Message, Person
from tests.build.alert_fields import AT, READERS, alert
from workflows.vocabulary import Role, State

HEAD = Letterhead("https://duban.exam.example", ZoneInfo("Asia/Shanghai"), "明河市招生考试中心")
UP: dict[str, Any] = {"to_state": State.ESCALATED, "from_state": State.OVERDUE, "escalation_level": 1}


def told(
    finding: int,
    kind: str,
    *,
    at: datetime = AT,
    acknowledge_by: datetime | None = None,
    details: FindingDetails | None = None,
    reason: str | None = None,
    held_until: datetime | None = None,
    **fields: Any,
) -> ReadableAlert:
    given = {"reader_role": Role.LEADER, "reader_organization_id": READERS[Role.LEADER]} | fields
    particulars = alert(kind, number=f"2026-08-{finding:04}", at=at, **given)
    return ReadableAlert(
        f"alert-{finding}-{kind}",
        f"finding-{finding}",
        f"findings/finding-{finding}",
        "person",
        "message",
        at,
        acknowledge_by,
        held_until,
        1,
        reason,
        particulars,
        details,
    )


def letter(
    *alerts: ReadableAlert, language: str = "zh", name: str = "李正言", head: Letterhead = HEAD, at: datetime = AT
) -> OutgoingMessage:
    message = Message(id="message", created_at=at, person=Person(name=name, language=language))
    return write_letter(message, "li@exam.example", items_of(alerts), head)


ABOUT = FindingDetails(
    summary="3号考场第二排监控\n无画面",
    place="教学楼A座305",
    requirement="更换摄像头，恢复录像，报送照片",
    deadline=AT + timedelta(days=2),
    working_days=None,
    reader_roles=frozenset({Role.LEADER}),
)
