"""What the clock proposes: a finding on an item whose time has passed without anybody having confirmed it.

Nobody notifies it by itself: the overseer, who alone hears of it, looks into it, and then notifies, settles or
withdraws it like any other finding.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from service.checklists.checklists import DueItem, due_items
from service.findings.new import NewFinding, Place, add_rows, locked_with_log_event
from service.findings.sweep import BATCH
from service.models import ChecklistItem, Finding, Inspection, InspectionAnswer, Round
from service.records.events import record_moves
from service.rounds.current import Unit, units_of
from service.rounds.rulebooks import rules_of
from service.store.clock import earliest
from service.store.sweeping import ClockTask, Due, prepare_each, set_aside_since, sweep_each
from workflows.findings.facts import CLOCK
from workflows.findings.sides import origin_of_proposal
from workflows.findings.transitions import Transition
from workflows.readiness import fallen_due, falls_due_at, next_fall_due
from workflows.vocabulary import Answer, Move, Severity, State

CONFIRMING = (Answer.IN_PLACE, Answer.NOT_APPLICABLE)
LONGEST_SUMMARY = 500  # characters that the column holds


class _Unconfirmed(NamedTuple):
    """An item that fell due at a unit, and when."""

    unit: Unit
    item: ChecklistItem
    at: datetime


def next_proposal_at(session: Session) -> datetime | None:
    """When the next round has items to look at; none when none has. One probe of an index."""
    return earliest(session, Round.next_action_at)


def sweep_proposals(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Propose up to `limit` findings on items that fell due; call until there are fewer. Returns how many there were.

    Each item is asked for once: a round's `next_action_at` is the instant from which on items are looked at, and moves
    only when all that fell due since have their findings. Closed rounds are silent.
    """
    due = select(Round).where(Round.next_action_at <= now).order_by(Round.next_action_at, Round.id)
    claimed = due.with_for_update(key_share=True, skip_locked=True, of=Round).execution_options(populate_existing=True)
    proposed: list[int] = []

    def write(rounds: Sequence[tuple[Round, datetime]]) -> None:
        proposed.extend(_propose(session, round_, since, now, limit - sum(proposed)) for round_, since in rounds)

    for round_ in session.scalars(claimed).all():
        if sum(proposed) < limit and round_.next_action_at:
            row = (Due(round_.id, round_.number, round_.next_action_at), round_)
            sweep_each(session, ClockTask.PROPOSALS, [row], lambda *work: work, write, now=now)
    return sum(proposed)


def foresee_proposals(session: Session, *, at: datetime) -> list[tuple[str, list[Transition]]]:
    """What a sweep at that instant would propose, by unit and number of the item; writes nothing.

    Leaves out what it would set aside.
    """
    due = select(Round).where(Round.next_action_at <= at).order_by(Round.next_action_at, Round.id)
    since = set_aside_since(session, ClockTask.PROPOSALS)
    tried = prepare_each(
        session.scalars(due).all(),
        lambda round_: _due_and_unconfirmed(session, round_, since.get(round_.id, round_.next_action_at or at), at)[1],
    )
    return [
        (
            f"{one.unit.organization.name} {one.item.number}",
            [Transition(Move.LOG, None, State.FOUND, 0, "proposed", one.at)],
        )
        for _, unconfirmed in tried
        if isinstance(unconfirmed, list)
        for one in unconfirmed
    ]


def _propose(session: Session, round_: Round, since: datetime, now: datetime, limit: int) -> int:
    items, unconfirmed = _due_and_unconfirmed(session, round_, since, now)
    _log(session, round_, unconfirmed[:limit], now)
    more = len(unconfirmed) > limit
    round_.next_action_at = since if more else next_fall_due((due.due_at for due in items), now)
    session.flush()
    return min(len(unconfirmed), limit)


def _due_and_unconfirmed(
    session: Session, round_: Round, since: datetime, now: datetime
) -> tuple[list[DueItem], list[_Unconfirmed]]:
    """The items that may fall due, none in a closed round; and those that fell due unconfirmed, if the policy asks.

    Unconfirmed are those that no inspection confirmed nor any finding is on, district by district.
    """
    rules = rules_of(session, round_)
    items = [] if rules.silent else due_items(session, round_, rules)
    fallen = [(due, due.due_at) for due in items if due.due_at and fallen_due(due.due_at, since, now)]
    if not (fallen and rules.policy.readiness.propose_findings):
        return items, []
    settled = _confirmed_or_found(session, round_, [due.item.id for due, _ in fallen])
    return items, [
        _Unconfirmed(unit, due.item, falls_due_at(due_at))
        for unit in units_of(session, round_)
        for due, due_at in fallen
        if due.audience is unit.organization.kind and (unit.organization.id, due.item.id) not in settled
    ]


def _confirmed_or_found(session: Session, round_: Round, item_ids: Collection[str]) -> set[tuple[str, str | None]]:
    """Unit and item ids that a closed or open inspection confirmed, or that have a finding, be it withdrawn."""
    confirmed = (
        select(Inspection.organization_id, InspectionAnswer.item_id)
        .join(InspectionAnswer, InspectionAnswer.inspection_id == Inspection.id)
        .where(InspectionAnswer.item_id.in_(item_ids), InspectionAnswer.answer.in_(CONFIRMING))
    )
    found = select(Finding.organization_id, Finding.checklist_item_id).where(
        Finding.round_id == round_.id, Finding.checklist_item_id.in_(item_ids)
    )
    return {(unit_id, item_id) for query in (confirmed, found) for unit_id, item_id in session.execute(query)}


def _log(session: Session, round_: Round, unconfirmed: Sequence[_Unconfirmed], now: datetime) -> None:
    if not unconfirmed:
        return
    news = []
    for one in unconfirmed:
        unit = one.unit.organization
        news.append((_finding(one), Place(unit, round_, origin_of_proposal(unit.kind))))
    ids = add_rows(session, news, actor=CLOCK, now=now)
    record_moves(session, locked_with_log_event(session, ids, [new for new, _ in news], actor=CLOCK), now=now)


def _finding(one: _Unconfirmed) -> NewFinding:
    return NewFinding(
        organization_id=one.unit.organization.id,
        summary=f"到期未确认：{one.item.requirement_zh.rstrip('。')}"[:LONGEST_SUMMARY],
        severity=Severity.GENERAL,
        details=f"完成时间为{one.item.completion}，到期时无人确认已经落实，各督查表、自查表及问题台账均无记录。",
        checklist_item_id=one.item.id,
        fell_due_at=one.at,
    )


def lost_timers(session: Session, *, now: datetime) -> list[str]:
    """The ids of open rounds of which items will fall due that nobody would look at then."""
    unwatched = or_(Round.next_action_at.is_(None), Round.next_action_at > now)
    lost = []
    begun = select(Round).where(Round.closed_at.is_(None), Round.starts_on <= now.date(), unwatched)
    for round_ in session.scalars(begun):
        due_at = next_fall_due((due.due_at for due in due_items(session, round_, rules_of(session, round_))), now)
        if due_at and (round_.next_action_at is None or round_.next_action_at > due_at):
            lost.append(round_.id)
    return lost


def set_timers_right(session: Session, ids: Sequence[str], *, since: datetime) -> list[str]:
    """Let the next sweep look at what fell due in these rounds since then; returns the numbers of those still open."""
    still_open = update(Round).where(Round.id.in_(ids), Round.closed_at.is_(None))
    mended = still_open.values(next_action_at=since).returning(Round.number)
    return list(session.scalars(mended.execution_options(synchronize_session=False)))
