"""The sweep: everything that is due by now, in batches, any number of times, by any number of sweepers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.facts import LAWFUL, facts_of
from service.models import Finding, Round
from service.record import Entry, Moved, record
from service.rulebooks import rules_of
from workflows.happenings import Happening
from workflows.rectification import advance
from workflows.rules import Rules

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


class _RulesOfRounds:
    """The rules of each round and policy, looked up once in a batch."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, str], Rules] = {}

    def of(self, row: RowMapping) -> Rules:
        key = row["round_id"], row["policy_version"]
        if key not in self._known:
            self._known[key] = rules_of(self._session, self._session.get_one(Round, key[0]), key[1])
        return self._known[key]


def next_due_at(session: Session) -> datetime | None:
    """When the next finding is due: one probe of an index."""
    return session.scalar(select(func.min(Finding.next_action_at)).where(Finding.next_action_at.is_not(None)))


def sweep(session: Session, *, now: datetime, limit: int = BATCH) -> Swept:
    """Let the clock make every move that is due on up to `limit` findings; call until nothing is left."""
    query = _due(now, limit).with_for_update(skip_locked=True, of=Finding)
    return _sweep_rows(session, session.execute(query).mappings().all(), now)


def foresee(session: Session, *, at: datetime, limit: int = BATCH) -> list[tuple[str, list[Happening]]]:
    """What a sweep at that instant would do, by finding number; writes nothing."""
    rules = _RulesOfRounds(session)
    return [
        (row["number"], advance(facts_of(row), rules.of(row), at))
        for row in session.execute(_due(at, limit)).mappings()
    ]


def _due(now: datetime, limit: int) -> Select[Any]:
    return (
        select(*COLUMNS).where(Finding.next_action_at <= now).order_by(Finding.next_action_at, Finding.id).limit(limit)
    )


def _sweep_rows(session: Session, rows: Sequence[RowMapping], now: datetime) -> Swept:
    rules, moved, aside = _RulesOfRounds(session), [], 0
    for row in rows:
        try:
            moved.append(_moved(row, rules.of(row), now))
        except Exception as error:  # noqa: BLE001 - the one place: a row that fails must not stop the rest
            _set_aside(session, row, error, now)
            aside += 1
    return _write(session, moved, now) + Swept(set_aside=aside)


def _moved(row: RowMapping, rules: Rules, now: datetime) -> Moved:
    facts = facts_of(row)
    return Moved(row, facts, rules, [Entry(happening) for happening in advance(facts, rules, now)])


def _write(session: Session, moved: Sequence[Moved], now: datetime) -> Swept:
    """Write the batch as one; when the database refuses it, one by one, so that only the culprit is set aside."""
    try:
        with session.begin_nested():
            record(session, moved, now=now)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        if len(moved) == 1:
            _set_aside(session, moved[0].row, error, now)
            return Swept(set_aside=1)
        done = Swept()
        for one in moved:
            done += _write(session, [replace(one, event_ids=[])], now)
        return done
    return Swept(len(moved), sum(len(one.entries) for one in moved))


def _set_aside(session: Session, row: RowMapping, error: Exception, now: datetime) -> None:
    session.execute(
        update(Finding)
        .where(Finding.id == row["id"])
        .values(set_aside_at=now, set_aside_error=repr(error)[:2000], next_action_at=now + AGAIN_AFTER)
    )
