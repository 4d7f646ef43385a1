"""An open round, locked by an administrator, and the entry about a change of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed, existing
from service.models import Round
from service.records.changes import record_change
from service.records.journal import NewEntry
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role


def locked_round(session: Session, round_id: str, *, actor: Actor) -> Round:
    """The round, held until the end of the transaction; raises `NotAllowed`, and `Conflict` («round_closed»)."""
    if not actor.holds(Role.ADMIN):
        raise NotAllowed("not_yours")
    # rows that refer to the round are still written by those who have locked findings before
    round_ = existing(session.get(Round, round_id, with_for_update={"key_share": True}, populate_existing=True))
    if round_.closed_at is not None:
        raise Conflict("round_closed")
    return round_


def record_change_of_round(
    session: Session,
    round_: Round,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> bool:
    """Record what has changed of the round; says whether anything has."""
    entry = NewEntry(
        subject_kind=SubjectKind.ROUND,
        subject_id=round_.id,
        act=JournalAct.CHANGE,
        round_id=round_.id,
        actor=actor,
        reason=reason,
        data={"number": round_.number, **(data or {})},
    )
    return record_change(session, entry, before, after, now=now) is not None
