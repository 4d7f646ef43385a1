"""The journal: chained per subject, told once, and proven by the audit."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.alerts.grouping import group
from service.alerts.inbox import acknowledge, alerts
from service.alerts.texts import texts_of
from service.audit.checkpoints import JOURNAL, checkpoint
from service.audit.faults import Fault, FaultKind
from service.audit.verify import verify
from service.models import Alert, JournalEntry, Message, new_id
from service.records.journal import NewEntry, record_entries
from tests.fakes.recording_channel import RecordingChannel, letter_of
from tests.worlds.books import FOUND_AT, Town
from workflows.findings.facts import CLOCK
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Addressee


def feedback(town: Town, subject_id: str, *, at_clock: bool = False) -> NewEntry:
    return NewEntry(
        subject_kind=SubjectKind.INSPECTION,
        subject_id=subject_id,
        act=JournalAct.FEEDBACK,
        round_id=town.round.id,
        organization_id=town.college.id,
        district_id=town.district_office.id,
        actor=CLOCK if at_clock else town.inspector,
        data={"number": "2026-08-督0001", "seen": 70, "findings": 2, "settled": 1},
        addressees=(Addressee.UNIT, Addressee.TEAM, Addressee.RESPONSIBLE_LEADER),
        due_at=FOUND_AT if at_clock else None,
    )


def test_entries_of_one_subject_hang_on_each_other(session: Session, town: Town) -> None:
    subject, other = new_id(), new_id()
    record_entries(session, [feedback(town, subject), feedback(town, other), feedback(town, subject)], now=FOUND_AT)
    record_entries(session, [feedback(town, subject)], now=FOUND_AT + timedelta(hours=1))
    query = select(JournalEntry).where(JournalEntry.subject_id == subject).order_by(JournalEntry.position)
    entries = session.scalars(query).all()
    assert [entry.position for entry in entries] == [1, 2, 3]
    assert [entry.previous_hash for entry in entries] == [None, entries[0].hash, entries[1].hash]
    assert verify(session) == []


def test_everybody_hears_but_whoever_did_it(session: Session, town: Town) -> None:
    record_entries(session, [feedback(town, new_id())], now=FOUND_AT)
    heard = set(session.scalars(select(Alert.person_id)))
    assert heard == {town.university.id, town.team_head.id, town.leader.id}


def test_what_the_clock_says_is_told_once(session: Session, town: Town) -> None:
    subject = new_id()
    for _ in range(2):
        record_entries(session, [feedback(town, subject, at_clock=True)], now=FOUND_AT)
    assert session.scalar(select(func.count(Alert.id))) == 4


def test_unit_and_leader_are_told_in_words_of_their_own(session: Session, town: Town) -> None:
    record_entries(session, [feedback(town, new_id())], now=FOUND_AT)
    texts_by_id = texts_of(session, session.scalars(select(Alert.id)).all(), "zh")
    texts = {alert.person_id: texts_by_id[alert.id] for alert in session.scalars(select(Alert))}
    figures = "共查看70项，发现问题2个，其中立行立改1个。"
    assert texts[town.university.id or ""].startswith(f"2026-08-督0001号督查已结束：{figures}请查看督查反馈意见")
    assert texts[town.leader.id or ""] == f"对明河龙湖学院的2026-08-督0001号督查已结束：{figures}请查看督查情况。"


def test_such_an_alert_is_listed_acknowledged_and_mailed(session: Session, town: Town) -> None:
    subject = new_id()
    record_entries(session, [feedback(town, subject)], now=FOUND_AT)
    (alert,) = alerts(session, actor=town.leader).items
    assert (alert.event_id, alert.finding_id) == (None, None)
    assert alert.about == {"kind": "inspection", "id": subject}
    assert acknowledge(session, alert.id, actor=town.leader, now=FOUND_AT).acknowledged_at == FOUND_AT
    group(session, now=FOUND_AT + timedelta(minutes=1), channels=[RecordingChannel()])
    message = session.scalar(select(Message).where(Message.person_id == town.leader.id))
    assert message
    letter = letter_of(session, message)
    assert letter
    assert letter.subject == "【督办】督查反馈：明河龙湖学院2026-08-督0001"
    assert f"https://duban.exam.example/inspections/{subject}" in letter.body


def test_an_entry_is_neither_changed_nor_deleted(session: Session, town: Town) -> None:
    record_entries(session, [feedback(town, new_id())], now=FOUND_AT)
    session.commit()
    for act in ("UPDATE journal SET reason = 'x'", "DELETE FROM journal"):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(act))
        session.rollback()


def test_the_audit_finds_an_entry_that_was_forged(session: Session, town: Town) -> None:
    subject = new_id()
    record_entries(session, [feedback(town, subject)] * 3, now=FOUND_AT)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE journal DISABLE TRIGGER append_only"))
    else:
        session.execute(text("DROP TRIGGER journal_refuse_update"))
    session.execute(text("UPDATE journal SET reason = 'x' WHERE position = 2"))
    (fault,) = verify(session)
    assert (fault.kind, fault.subject_id, fault.position) == (FaultKind.JOURNAL, subject, 2)


def test_the_audit_finds_that_the_last_entries_are_gone(session: Session, town: Town) -> None:
    record_entries(session, [feedback(town, new_id())] * 3, now=FOUND_AT)
    session.commit()
    assert checkpoint(session, now=FOUND_AT, book=JOURNAL)
    session.execute(delete(Alert))
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE journal DISABLE TRIGGER append_only"))
    else:
        session.execute(text("DROP TRIGGER journal_refuse_delete"))
    session.execute(text("DELETE FROM journal WHERE position = 3"))
    assert verify(session) == [Fault(FaultKind.CHECKPOINT, checkpoint=1, field="journal_checkpoints")]
