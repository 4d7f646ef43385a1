"""Changes of people and places: one entry each, which names no names."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import JournalEntry, PersonalChange, new_id
from service.records.changes import commitment, record_change
from service.records.journal import SHOWN_SUBJECTS, NewEntry
from workflows.findings.facts import OPERATOR
from workflows.journal import JournalAct, SubjectKind

NOW = datetime(2026, 4, 14, 2, tzinfo=UTC)
BEFORE = {"name": "李正言", "email": "li@exam.example", "language": "zh"}


def entry() -> NewEntry:
    return NewEntry(subject_kind=SubjectKind.PERSON, subject_id=new_id(), act=JournalAct.CHANGE, actor=OPERATOR)


def test_a_change_says_from_what_to_what(session: Session) -> None:
    why = replace(entry(), reason="本人申请")
    record_change(session, why, BEFORE, {**BEFORE, "language": "en"}, now=NOW, personal={"name", "email"})
    row = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))).one()
    assert (row.data, row.reason, row.round_id) == (
        {"changed": {"language": {"from": "zh", "to": "en"}}},
        "本人申请",
        None,
    )


def test_names_and_addresses_stand_beside_the_entry_and_it_only_vouches_for_them(session: Session) -> None:
    record_change(session, entry(), BEFORE, {**BEFORE, "email": "li.zy@exam.example"}, now=NOW, personal={"email"})
    row = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))).one()
    change = session.scalars(select(PersonalChange)).one()
    assert "exam.example" not in row.canonical
    assert row.data["personal"] == {"email": commitment(change)}
    change.after = "anybody@exam.example"
    assert row.data["personal"] != {"email": commitment(change)}


def test_two_equal_changes_are_told_by_nobody_who_guesses(session: Session) -> None:
    for _ in range(2):
        record_change(session, entry(), BEFORE, {**BEFORE, "email": None}, now=NOW, personal={"email"})
    first, second = session.scalars(
        select(JournalEntry.data).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))
    ).all()
    assert first["personal"] != second["personal"]


def test_what_does_not_change_is_no_entry(session: Session) -> None:
    assert record_change(session, entry(), BEFORE, dict(BEFORE), now=NOW) is None
    assert session.scalars(select(JournalEntry).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))).all() == []
