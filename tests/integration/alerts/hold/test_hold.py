"""While the office is held nothing leaves it, and doors and doctor say so; moves and the inbox go on."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.alerts.delivery import DeliveryReport, next_delivery_at
from service.alerts.hold.hold import hold, hold_in_force
from service.alerts.hold.releasing import release
from service.doctor.check import Status
from service.doctor.mail import check_hold, check_waiting
from service.doctor.ready import reasons_not_ready
from service.errors import Conflict, NotAllowed
from service.models import JournalEntry, Message
from tests.build.event_rows import make_overdue
from tests.fakes.recording_channel import RecordingChannel, drain
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.findings.facts import OPERATOR
from workflows.journal import JournalAct, SubjectKind

LATER = NOW + timedelta(minutes=20)


def test_nothing_is_grouped_or_sent_until_it_is_released(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, 1, told=(town.people["leader"],))
    hold(session, actor=town.admin, now=NOW)
    session.commit()
    assert drain(engine, channel, at=LATER) == DeliveryReport()
    assert channel.opened == 0
    assert session.scalar(select(func.count()).select_from(Message)) == 0
    assert next_delivery_at(session) is None, "the timetable has no tick to send"
    release(session, sent_until=None, actor=town.admin, now=LATER)
    session.commit()
    assert drain(engine, channel, at=LATER).sent == 1


def test_doctor_and_readiness_say_so_and_not_that_mail_is_late(session: Session, town: Town) -> None:
    make_overdue(session, town, 1, told=(town.people["leader"],))
    assert "alerts" in reasons_not_ready(session, now=LATER)
    hold(session, actor=OPERATOR, now=NOW)
    reasons = reasons_not_ready(session, now=LATER)
    assert "held" in reasons
    assert "alerts" not in reasons
    found = check_hold(session, now=LATER)
    assert found.status is Status.FAULT
    assert "20分钟，有1项在等待" in found.sentence("zh")
    assert check_waiting(session, now=LATER).status is Status.OK


def test_it_is_on_record_who_held_and_who_released(session: Session, town: Town) -> None:
    hold(session, actor=town.admin, now=NOW, reason="演练")
    release(session, sent_until=NOW, actor=town.admin, now=LATER, reason="演练结束")
    assert hold_in_force(session) is None
    rows = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.INSTALLATION)).all()
    assert [(row.act, row.actor_id, row.reason) for row in rows] == [
        (JournalAct.HOLD, town.admin.id, "演练"),
        (JournalAct.RELEASE, town.admin.id, "演练结束"),
    ]
    assert rows[1].data == {"sent_until": NOW.isoformat(), "counted_as_sent": 0, "to_be_sent": 0}


def test_only_administrators_hold_and_release_and_each_once(session: Session, town: Town) -> None:
    with pytest.raises(Conflict, match="not_held"):
        release(session, sent_until=None, actor=town.admin, now=NOW)
    with pytest.raises(NotAllowed):
        hold(session, actor=town.leadership, now=NOW)
    hold(session, actor=town.admin, now=NOW)
    with pytest.raises(Conflict, match="already_held"):
        hold(session, actor=town.admin, now=NOW)
    with pytest.raises(NotAllowed):
        release(session, sent_until=None, actor=town.leadership, now=NOW)
    assert hold_in_force(session)
