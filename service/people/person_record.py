"""What changes of a person as an entry on record: names, user names and addresses apart from what is hashed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.models import Person
from service.people.person_fields import PERSONAL
from service.records.changes import record_change
from service.records.journal import NewEntry, record_entries
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind


def record_change_of(  # noqa: PLR0913 - of whom, what, from what, who, when and why
    session: Session,
    person: Person,
    act: JournalAct,
    before: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
    always: bool = False,
) -> None:
    """Put on record what has become of the person since `before` (see `values_of`); unless `always`, if anything has.

    The caller has locked the person.
    """
    session.flush()
    entry = NewEntry(
        subject_kind=SubjectKind.PERSON, subject_id=person.id, act=act, actor=actor, reason=reason, data=data or {}
    )
    recorded = record_change(session, entry, before, values_of(person), now=now, personal=PERSONAL)
    if recorded is None and always:
        record_entries(session, [entry], now=now)


def values_of(person: Person) -> dict[str, Any]:
    """The fields of a person that are put on record, as plain values."""
    plain = {name: getattr(person, name) for name in (*PERSONAL, "organization_id", "language")}
    disabled_at = person.disabled_at.isoformat() if person.disabled_at else None
    return {**plain, "role": str(person.role), "disabled_at": disabled_at}


def record_access(
    session: Session,
    people: Sequence[Person],
    data: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Put on record that people were given, or have chosen, a way to sign in."""
    entries = [
        NewEntry(
            subject_kind=SubjectKind.PERSON,
            subject_id=person.id,
            act=JournalAct.CHANGE,
            actor=actor,
            reason=reason,
            data=data,
        )
        for person in people
    ]
    session.flush()
    record_entries(session, entries, now=now)
