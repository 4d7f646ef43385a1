"""The record of which policy and calendar hold: one chain for each, in the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import JournalEntry, Rulebook
from service.records.journal import NewEntry, record_entries
from workflows.findings.facts import CLOCK, Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role

SUBJECTS = {kind: str(uuid5(NAMESPACE_URL, f"urn:duban:{kind}")) for kind in (SubjectKind.POLICY, SubjectKind.CALENDAR)}


def hold_rulebooks(session: Session, actor: Actor) -> None:
    """Let others who change the rules wait until this transaction ends; raises `NotAllowed` for all but administrators.

    The clock is the program itself, which brings a newer calendar along.
    """
    if actor is not CLOCK and not actor.holds(Role.ADMIN):
        raise NotAllowed("not_yours")
    session.scalars(select(Rulebook).order_by(Rulebook.version).limit(1).with_for_update()).first()


def record_in_force(
    session: Session,
    kind: SubjectKind,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None,
    round_id: str | None = None,
) -> None:
    """Record who put it in force, when, in whose place and why; the caller holds the rulebooks."""
    entry = NewEntry(
        subject_kind=kind,
        subject_id=SUBJECTS[kind],
        act=JournalAct.PUT_IN_FORCE,
        round_id=round_id,
        actor=actor.in_post(Role.ADMIN),
        reason=reason,
        data=data,
    )
    record_entries(session, [entry], now=now)


def last_in_force(session: Session, kind: SubjectKind) -> Mapping[str, Any] | None:
    """What was recorded when a rulebook was last put in force for the whole office; none when none was."""
    of_office = (JournalEntry.subject_id == SUBJECTS[kind], JournalEntry.round_id.is_(None))
    query = select(JournalEntry.data).where(*of_office).order_by(JournalEntry.position.desc()).limit(1)
    return session.scalars(query).first()
