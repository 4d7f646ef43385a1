"""The one writer of the security log: entries wait in their session, and are chained as its last act before commit.

So a commit and what is said of it stand or fall together, and the end of the chain is held from the last statement to
the commit alone: nobody who holds it waits for anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, SessionTransaction

from service.models import SecurityEntry
from service.store.advisory_locks import AdvisoryLock
from service.store.hash_chain import SECURITY, append_to_chain
from workflows.security import SecurityKind, SecurityOutcome

DEVICE_LENGTH = 80
_LOG = SecurityEntry.metadata.tables["security_log"]
_ORIGIN, _WAITING, _MARKS = "security_origin", "security_entries", "security_marks"


class Origin(NamedTuple):
    """Where a call comes from."""

    address: str | None = None
    device: str | None = None
    request_id: str | None = None


NOWHERE = Origin()  # the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecurityEntry:
    """One thing that happened; `data` holds words and ids, no secret, and nothing that a stranger typed."""

    kind: SecurityKind
    outcome: SecurityOutcome = SecurityOutcome.SUCCESS
    person_id: str | None = None  # who did it
    name_hash: str | None = None  # of a tried name that nobody has
    subject_id: str | None = None  # whom or what it is about
    data: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    origin: Origin | None = None  # none: the session's
    at: datetime | None = None  # none: when it is recorded


def comes_from(session: Session, origin: Origin) -> None:
    """Say where this session's caller is: what is recorded in it says so."""
    session.info[_ORIGIN] = origin


def origin_of(session: Session) -> Origin:
    """Where the session's caller is; `NOWHERE` when nobody has said."""
    origin: Origin = session.info.get(_ORIGIN, NOWHERE)
    return origin


def record_security(session: Session, *entries: NewSecurityEntry, now: datetime) -> None:
    """Let the session's transaction leave these entries in the log when it commits; needs no lock of the caller.

    What is recorded within a savepoint goes with it when that is rolled back.
    """
    if not session.in_transaction():
        session.connection()  # begins one: a rollback is to take the entries back
    waiting = session.info.setdefault(_WAITING, [])
    waiting += [(entry, entry.origin or origin_of(session), entry.at or now) for entry in entries]


def _row(entry: NewSecurityEntry, origin: Origin, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "kind": SecurityKind(entry.kind),
        "outcome": entry.outcome,
        "person_id": entry.person_id,
        "name_hash": entry.name_hash,
        "subject_id": entry.subject_id,
        "address": origin.address,
        "device": origin.device[:DEVICE_LENGTH] if origin.device else None,
        "request_id": origin.request_id,
        "count": entry.count,
        "data": dict(entry.data),
    }


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_WAITING):
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":  # on SQLite the transaction itself holds the write lock
        session.execute(select(func.pg_advisory_xact_lock(AdvisoryLock.SECURITY_LOG)))
    last = session.execute(
        select(SecurityEntry.position, SecurityEntry.hash).order_by(SecurityEntry.position.desc()).limit(1)
    ).first()
    end, previous = (last.position, last.hash) if last else (0, None)
    rows = []
    for position, waiting in enumerate(session.info.pop(_WAITING), end + 1):
        row = _row(*waiting)
        previous = append_to_chain(row, SECURITY, position, previous)
        rows.append(row)
    session.execute(_LOG.insert(), rows)


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_WAITING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _unsay(session: Session, transaction: SessionTransaction) -> None:
    """Forget what was recorded since the beginning of what is rolled back."""
    if session.info.get(_WAITING):
        del session.info[_WAITING][session.info.get(_MARKS, {}).get(transaction, 0) :]


@event.listens_for(Session, "after_transaction_end")
def _end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:  # a savepoint's mark is asked for after its end
        session.info.pop(_WAITING, None)
        session.info.pop(_MARKS, None)
