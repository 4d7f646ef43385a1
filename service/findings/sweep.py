"""The sweep: everything that is due by now, in batches, any number of times, by any number of sweepers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.models import Finding
from service.records.events import LockedFinding, NewEvent, record_moves
from service.records.facts import LAWFUL, facts_of
from service.rounds.rulebooks import RulesOfRounds
from service.store.clock import earliest
from service.store.db import lost_or_locked
from workflows.findings.happenings import Happening
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import State

Moves = Callable[[RowMapping, Rules], LockedFinding | None]  # what is to be written of a finding; none: nothing

BATCH = 1000
AGAIN_AFTER = timedelta(minutes=5)  # when a finding that was set aside is tried again
COLUMNS = [
    getattr(Finding, name)
    for name in (
        *("id", "number", "version", "chain_length", "chain_head", "round_id", "organization_id", "district_id"),
        *("origin", "severity", "policy_version", "created_at", "progress", "next_action_at"),
        *LAWFUL,
    )
]


@dataclass(frozen=True, slots=True)
class Swept:
    """What one batch did."""

    findings: int = 0
    events: int = 0
    set_aside: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.findings + other.findings, self.events + other.events, self.set_aside + other.set_aside)


def next_due_at(session: Session) -> datetime | None:
    """When the next finding is due: one probe of an index."""
    return earliest(session, Finding.next_action_at)


def sweep(session: Session, *, now: datetime, limit: int = BATCH) -> Swept:
    """Let the clock make every move that is due on up to `limit` findings; call until nothing is left."""
    query = _due(now, limit).with_for_update(skip_locked=True, of=Finding)
    return write_each(session, session.execute(query).mappings().all(), _clock_moves(now), now=now)


def catch_up(session: Session, round_id: str, *, now: datetime) -> Sequence[RowMapping]:
    """Let the clock make every due move in one round, and hold its findings: whoever moves them waits.

    Verified ones are held too, for a look-back may just be opening one again. Returns the rows of those that stay
    open, by number, as they are now.
    """
    standing = (Finding.round_id == round_id, Finding.voided_at.is_(None))
    # locked in the order of their ids, like everywhere
    held = select(*COLUMNS).where(*standing).order_by(Finding.id).with_for_update(of=Finding)
    due = [row for row in session.execute(held).mappings() if row["next_action_at"] and row["next_action_at"] <= now]
    write_each(session, due, _clock_moves(now), now=now)
    still_open = select(*COLUMNS).where(*standing, Finding.state != State.VERIFIED)
    return session.execute(still_open.order_by(Finding.number)).mappings().all()


def foresee(session: Session, *, at: datetime, limit: int = BATCH) -> list[tuple[str, list[Happening]]]:
    """What a sweep at that instant would do, by finding number; writes nothing, leaves out what it would set aside."""
    rows, rules, moves = session.execute(_due(at, limit)).mappings().all(), RulesOfRounds(session), _clock_moves(at)
    tried = [_tried(row, rules, moves) for row in rows]
    return [
        (one.row["number"], [entry.happening for entry in one.events])
        for one in tried
        if isinstance(one, LockedFinding)
    ]


def write_each(session: Session, rows: Sequence[RowMapping], moves: Moves, *, now: datetime) -> Swept:
    """Write what each locked finding's moves are; a finding that fails is set aside and never stops the rest."""
    rules = RulesOfRounds(session)
    tried = [(row, _tried(row, rules, moves)) for row in rows]
    failed = [(row, error) for row, error in tried if isinstance(error, Exception)]
    for row, error in failed:
        _set_aside(session, row, error, now)
    return _write(session, [one for _, one in tried if isinstance(one, LockedFinding)], now) + Swept(
        set_aside=len(failed)
    )


def _due(now: datetime, limit: int) -> Select[Any]:
    """By the instant alone: the index has thousands of one deadline in that order, and need not sort them."""
    return select(*COLUMNS).where(Finding.next_action_at <= now).order_by(Finding.next_action_at).limit(limit)


def _clock_moves(now: datetime) -> Moves:
    def moves(row: RowMapping, rules: Rules) -> LockedFinding:
        facts = facts_of(row)
        return LockedFinding(row, facts, rules, [NewEvent(happening) for happening in advance(facts, rules, now)])

    return moves


def _tried(row: RowMapping, rules: RulesOfRounds, moves: Moves) -> LockedFinding | Exception | None:
    try:
        return moves(row, rules.of(row["round_id"], row["policy_version"]))
    except DBAPIError:
        raise  # the database fails, not the row
    except Exception as error:  # noqa: BLE001 - the one place: a row that fails must not stop the rest
        return error


def _write(session: Session, moved: Sequence[LockedFinding], now: datetime) -> Swept:
    """Write the batch as one; when the database refuses it, by halves, so that only the culprit is set aside."""
    if not moved:
        return Swept()
    try:
        with session.begin_nested():
            record_moves(session, moved, now=now)
    except Exception as error:  # whatever it is, it comes from one row and must not stop the rest
        if isinstance(error, DBAPIError) and lost_or_locked(error):
            raise
        return _write_by_halves(session, moved, error, now)
    return Swept(len(moved), sum(len(one.events) for one in moved))


def _write_by_halves(session: Session, moved: Sequence[LockedFinding], error: Exception, now: datetime) -> Swept:
    if len(moved) == 1:
        _set_aside(session, moved[0].row, error, now)
        return Swept(set_aside=1)
    half = len(moved) // 2
    return _write(session, moved[:half], now) + _write(session, moved[half:], now)


def _set_aside(session: Session, row: RowMapping, error: Exception, now: datetime) -> None:
    session.execute(
        update(Finding)
        .where(Finding.id == row["id"])
        .values(set_aside_at=now, set_aside_error=repr(error)[:2000], next_action_at=now + AGAIN_AFTER)
    )
