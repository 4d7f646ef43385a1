"""The sweep: everything that is due by now, in batches, any number of times, by any number of sweepers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.orm import Session

from service.models import Finding
from service.records.events import LockedFinding, NewEvent, record_moves
from service.records.facts import LAWFUL, facts_of
from service.rounds.rulebooks import RulesOfRounds
from service.store.clock import earliest
from service.store.sweeping import AGAIN_AFTER, LONGEST_ERROR, prepare_each, write_each
from workflows.findings.rectification import advance
from workflows.findings.transitions import Transition
from workflows.rules import Rules
from workflows.vocabulary import State

Moves = Callable[[RowMapping, Rules], LockedFinding | None]  # what is to be written of a finding; none: nothing

BATCH = 1000
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


def next_due_at(session: Session) -> datetime | None:
    """When the next finding is due: one probe of an index."""
    return earliest(session, Finding.next_action_at)


def sweep(session: Session, *, now: datetime, limit: int = BATCH) -> Swept:
    """Let the clock make every move that is due on up to `limit` findings; call until nothing is left."""
    query = _due(now, limit).with_for_update(skip_locked=True, of=Finding)
    return move_each(session, session.execute(query).mappings().all(), _clock_moves(now), now=now)


def catch_up(session: Session, round_id: str, *, now: datetime) -> Sequence[RowMapping]:
    """Let the clock make every due move in one round, and hold its findings: whoever moves them waits.

    Verified ones are held too, for a look-back may just be opening one again. Returns the rows of those that stay
    open, by number, as they are now.
    """
    standing = (Finding.round_id == round_id, Finding.voided_at.is_(None))
    # locked in the order of their ids, like everywhere
    held = select(*COLUMNS).where(*standing).order_by(Finding.id).with_for_update(of=Finding)
    due = [row for row in session.execute(held).mappings() if row["next_action_at"] and row["next_action_at"] <= now]
    move_each(session, due, _clock_moves(now), now=now)
    still_open = select(*COLUMNS).where(*standing, Finding.state != State.VERIFIED)
    return session.execute(still_open.order_by(Finding.number)).mappings().all()


def foresee(session: Session, *, at: datetime, limit: int = BATCH) -> list[tuple[str, list[Transition]]]:
    """What a sweep at that instant would do, by finding number; writes nothing, leaves out what it would set aside."""
    rows, rules, moves = session.execute(_due(at, limit)).mappings().all(), RulesOfRounds(session), _clock_moves(at)
    tried = prepare_each(rows, lambda row: moves(row, rules.of(row["round_id"], row["policy_version"])))
    return [
        (row["number"], [entry.transition for entry in moved.events])
        for row, moved in tried
        if isinstance(moved, LockedFinding)
    ]


def move_each(session: Session, rows: Sequence[RowMapping], moves: Moves, *, now: datetime) -> Swept:
    """Write what each locked finding's moves are; a finding that fails is set aside and never stops the rest."""
    rules = RulesOfRounds(session)

    def set_aside(row: RowMapping, error: Exception) -> None:
        note = {"set_aside_at": now, "set_aside_error": repr(error)[:LONGEST_ERROR]}
        session.execute(update(Finding).where(Finding.id == row["id"]).values(next_action_at=now + AGAIN_AFTER, **note))

    written, failed = write_each(
        session,
        rows,
        lambda row: moves(row, rules.of(row["round_id"], row["policy_version"])),
        lambda moved: record_moves(session, moved, now=now),
        set_aside,
    )
    return Swept(len(written), sum(len(one.events) for _, one in written), failed)


def _due(now: datetime, limit: int) -> Select[Any]:
    """By the instant alone: the index has thousands of one deadline in that order, and need not sort them."""
    return select(*COLUMNS).where(Finding.next_action_at <= now).order_by(Finding.next_action_at).limit(limit)


def _clock_moves(now: datetime) -> Moves:
    def moves(row: RowMapping, rules: Rules) -> LockedFinding:
        facts = facts_of(row)
        return LockedFinding(row, facts, rules, [NewEvent(transition) for transition in advance(facts, rules, now)])

    return moves
