"""Timers of findings reckoned again from their facts: what was lost, or is later than it should be, is found."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select, text, update
from sqlalchemy.orm import Session

from service.findings.sweep import COLUMNS
from service.models import Finding, Round
from service.records.facts import facts_of
from service.rounds.rulebooks import RulesOfRounds
from workflows.findings.clocks import next_timer
from workflows.rules import Rules
from workflows.vocabulary import State

# As it stands in the index: with a parameter in it SQLite would not see that they are the same.
UNTIMED = text("findings.next_action_at IS NULL AND findings.state <> 'verified' AND findings.voided_at IS NULL")


def lost_timers(session: Session, *, after: str | None, limit: int, now: datetime) -> tuple[list[str], str | None]:
    """The ids of findings that would not move when they should; and where the next portion begins, none at the end.

    Looks at all that have no timer, up to `limit`, and at the next `limit` open ones by their ids. What is due by now
    is the sweep's, and what it has set aside is known.
    """
    rules = RulesOfRounds(session)
    untimed = _rows(session, _open(limit).where(UNTIMED))
    next_ones = _open(limit).where(Finding.set_aside_at.is_(None))
    portion = _rows(session, next_ones.where(Finding.id > after) if after else next_ones)
    lost = dict.fromkeys(row["id"] for row in _late((*untimed, *portion), rules, now))
    return list(lost), portion[-1]["id"] if len(portion) == limit else None


def set_timers_right(session: Session, ids: Sequence[str], *, now: datetime) -> list[str]:
    """Make those due whose timer is still lost, so that the sweep reckons them anew; returns their numbers."""
    query = select(*COLUMNS).where(Finding.id.in_(ids)).order_by(Finding.id)
    rows = _rows(session, query.with_for_update(skip_locked=True, of=Finding))
    lost = list(_late(rows, RulesOfRounds(session), now))
    due = update(Finding).where(Finding.id.in_([row["id"] for row in lost])).values(next_action_at=now)
    session.execute(due.execution_options(synchronize_session=False))
    return [row["number"] for row in lost]


def _open(limit: int) -> Select[Any]:
    """Findings on which a clock runs, in the order of their ids."""
    running = (Finding.state != State.VERIFIED, Finding.voided_at.is_(None), Round.closed_at.is_(None))
    query = select(*COLUMNS).join(Round, Finding.round_id == Round.id).where(*running)
    return query.order_by(Finding.id).limit(limit)


def _rows(session: Session, query: Select[Any]) -> Sequence[RowMapping]:
    return session.execute(query).mappings().all()


def _late(rows: Sequence[RowMapping], rules: RulesOfRounds, now: datetime) -> Iterator[RowMapping]:
    """Those whose timer is later than their facts say, or not there; with facts that make no sense only the latter."""
    for row in rows:
        at = row["next_action_at"]
        if at is not None and at <= now:
            continue
        try:
            due_at = _due_at(row, rules.of(row["round_id"], row["policy_version"]))
        except Exception:  # noqa: BLE001 - the sweep will say what is wrong with it, and set it aside
            due_at = now
        if due_at is not None and (at is None or at > due_at):
            yield row


def _due_at(row: RowMapping, rules: Rules) -> datetime | None:
    timer = next_timer(facts_of(row, rules), rules)
    return timer.due_at if timer else None
