"""The sweep: everything that is due by now, in batches, any number of times, by any number of sweepers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.orm import Session

from service.models import Finding
from service.records.events import FINDINGS, LockedFinding, NewEvent, record_moves
from service.records.facts import LAWFUL, facts_of
from service.rounds.rulebooks import RulesOfRounds
from service.store.clock import earliest
from service.store.sweeping import AGAIN_AFTER, LONGEST_ERROR, prepare_each, write_each
from workflows.findings.rectification import advance
from workflows.findings.transitions import Transition
from workflows.rules import Rules
from workflows.vocabulary import State

Row = Mapping[Any, Any]  # of a finding, as it was read
Moves = Callable[[Row, Rules], LockedFinding | None]  # what is to be written of a finding; none: nothing

BATCH = 1000
COLUMNS = [
    getattr(Finding, name)
    for name in (
        *("id", "number", "version", "chain_length", "chain_head", "round_id", "organization_id", "district_id"),
        *("origin", "severity", "policy_version", "created_at", "progress", "next_action_at"),
        *LAWFUL,
    )
]
WHOLE = [getattr(Finding, column.name) for column in FINDINGS.columns]


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How many findings one batch wrote, with how many events, and how many it set aside."""

    findings: int = 0
    events: int = 0
    set_aside: int = 0


def next_due_at(session: Session) -> datetime | None:
    """When the next finding is due: one probe of an index."""
    return earliest(session, Finding.next_action_at)


def next_due_after(session: Session, at: datetime) -> datetime | None:
    """When the next finding is due after an instant; what is due by then and not yet swept does not hide it."""
    return earliest(session, Finding.next_action_at, where=Finding.next_action_at > at)


def sweep(session: Session, *, now: datetime, limit: int = BATCH) -> SweepResult:
    """Let the clock make every move that is due on up to `limit` findings; call until nothing is left."""
    query = _due(now, limit).with_for_update(skip_locked=True, of=Finding)
    rows = [row._asdict() for row in session.execute(query)]
    return move_each(session, rows, lambda row, rules: make_due_moves(row, rules, now), now=now)


def lock_findings_of_round(session: Session, round_id: str, *, now: datetime) -> Sequence[RowMapping]:
    """Lock the findings of a round and make the clock's due moves; returns the rows of those still open, by number.

    Whoever moves one waits. Verified ones are locked too: a look-back may just be opening one again.
    """
    standing = (Finding.round_id == round_id, Finding.voided_at.is_(None))
    # in the order of their ids, as everywhere
    locked = select(*COLUMNS).where(*standing).order_by(Finding.id).with_for_update(of=Finding)
    due = [row for row in session.execute(locked).mappings() if row["next_action_at"] and row["next_action_at"] <= now]
    move_each(session, due, lambda row, rules: make_due_moves(row, rules, now), now=now)
    still_open = select(*COLUMNS).where(*standing, Finding.state != State.VERIFIED)
    return session.execute(still_open.order_by(Finding.number)).mappings().all()


def foresee_moves(session: Session, *, at: datetime, limit: int = BATCH) -> list[tuple[str, list[Transition]]]:
    """The transitions that a sweep at that instant would write, by finding number; without what it would set aside."""
    rows, rules = session.execute(_due(at, limit)).mappings().all(), RulesOfRounds(session)
    prepared = prepare_each(rows, lambda row: make_due_moves(row, rules.of(row["round_id"], row["policy_version"]), at))
    return [
        (row["number"], [event.transition for event in moved.events])
        for row, moved in prepared
        if isinstance(moved, LockedFinding)
    ]


def move_each(session: Session, rows: Sequence[Row], moves: Moves, *, now: datetime) -> SweepResult:
    """Write the moves that `moves` makes of each locked row; a finding that fails is set aside, the rest goes on."""
    rules = RulesOfRounds(session)

    def set_aside(row: Row, error: Exception) -> None:
        note = {"set_aside_at": now, "set_aside_error": repr(error)[:LONGEST_ERROR]}
        session.execute(update(Finding).where(Finding.id == row["id"]).values(next_action_at=now + AGAIN_AFTER, **note))

    written, failed = write_each(
        session,
        rows,
        lambda row: moves(row, rules.of(row["round_id"], row["policy_version"])),
        lambda moved: record_moves(session, moved, now=now),
        set_aside,
    )
    return SweepResult(len(written), sum(len(one.events) for _, one in written), failed)


def make_due_moves(row: Row, rules: Rules, now: datetime) -> LockedFinding:
    """The locked row's finding, with the moves of the clock that are due at `now` made and not yet written."""
    facts = facts_of(row, rules)
    return LockedFinding(row, facts, rules, [NewEvent(transition) for transition in advance(facts, rules, now)])


def _due(now: datetime, limit: int) -> Select[Any]:
    """By the instant alone: the index has thousands of one deadline in that order, and need not sort them.

    With all columns: of a row that is known whole the digest is made without reading it again.
    """
    return select(*WHOLE).where(Finding.next_action_at <= now).order_by(Finding.next_action_at).limit(limit)
