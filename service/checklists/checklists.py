"""Checklists (督查表) of a round: brought into the books, listed, and shown with the day that each item is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.checklists.catalogues import Catalogue
from service.errors import existing
from service.models import Checklist, ChecklistItem, Round, new_id
from service.rounds.rulebooks import rules_of
from service.store.paging import DEFAULT_LIMIT, Order, Page, page
from workflows.completion import CompletionRule, RoundDays, due_on
from workflows.completion_words import completion_rule
from workflows.rules import Rules
from workflows.same_items import Item
from workflows.vocabulary import OrganizationKind

# cursors carry texts; no notice has ten annexes
_CHECKLISTS = Order(cast(Checklist.annex, String), Checklist.id.expression, lambda row: str(row.annex))


@dataclass(frozen=True, slots=True)
class ItemView:
    """督查内容 with its completion time as a rule, and the day that this comes to in the round."""

    item: ChecklistItem
    completion_rule: CompletionRule
    due_on: date | None  # none: open-ended, or the exam days are not set yet


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """督查表 with its items in the notice's order."""

    checklist: Checklist
    items: Sequence[ItemView]


class DueItem(NamedTuple):
    """An item, whom it is about, and when it is due."""

    item: ChecklistItem
    audience: OrganizationKind
    due_on: date | None  # its last day; none: open-ended, or the exam days are not set
    due_at: datetime | None  # the close of business on that day
    weekly: bool  # checked anew every week


def add_checklists(session: Session, round_: Round, catalogues: Iterable[Catalogue]) -> list[ChecklistItem]:
    """Bring a notice's checklists into a round; returns their items in the notice's order.

    Their completion words must be readable (`workflows.completion_words`), or CompletionError is raised.
    """
    items = [item for catalogue in catalogues for item in _add_checklist(session, round_, catalogue)]
    session.flush()
    return items


def items_of(session: Session, round_id: str) -> list[Item]:
    """The items of a round's checklists as they are matched with those of another round, in the notice's order."""
    item = ChecklistItem
    query = (
        select(item.id, Checklist.annex, item.number, item.category, item.question, item.requirement_zh)
        .join(Checklist, item.checklist_id == Checklist.id)
        .where(Checklist.round_id == round_id)
        .order_by(Checklist.annex, item.position)
    )
    return [Item(*row) for row in session.execute(query)]


def items_by_id(session: Session, ids: Iterable[str]) -> Sequence[ChecklistItem]:
    """Those of the items that there are, in no order; everybody may see them."""
    return session.scalars(select(ChecklistItem).where(ChecklistItem.id.in_(sorted(ids)))).all()


def list_checklists(
    session: Session, *, round_id: str | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Checklist]:
    """Checklists by annex, without their items; everybody may see them."""
    query = select(Checklist).options(joinedload(Checklist.round))
    if round_id:
        query = query.where(Checklist.round_id == round_id)
    return page(session, query, _CHECKLISTS, cursor=cursor, limit=limit)


def view_checklist(session: Session, checklist_id: str) -> ChecklistView:
    """One checklist with its items and their due days under the round's rules; raises `NotFound`."""
    around = joinedload(Checklist.round), selectinload(Checklist.items)
    checklist = existing(session.get(Checklist, checklist_id, options=around))
    rules = rules_of(session, checklist.round)
    items = [
        ItemView(item, completion_rule(item.completion), item_due_on(item, checklist, checklist.round, rules))
        for item in checklist.items
    ]
    return ChecklistView(checklist, items)


def due_items(session: Session, round_: Round, rules: Rules) -> list[DueItem]:
    """Every item of the round, in the notice's order."""
    query = (
        select(ChecklistItem, Checklist)
        .join(Checklist, ChecklistItem.checklist_id == Checklist.id)
        .where(Checklist.round_id == round_.id)
        .order_by(Checklist.annex, ChecklistItem.position)
    )
    items = []
    for item, checklist in session.execute(query):
        last_day = item_due_on(item, checklist, round_, rules)
        due_at = rules.calendar.closing(last_day) if last_day else None
        weekly = completion_rule(item.completion).is_weekly
        items.append(DueItem(item, checklist.audience, last_day, due_at, weekly))
    return items


def item_due_on(item: ChecklistItem, checklist: Checklist, round_: Round, rules: Rules) -> date | None:
    """The last day by which the item has to be in place in that round; None for an open-ended one.

    None too while the exam days are not set that its completion time counts from.
    """
    days = RoundDays(round_.starts_on, round_.ends_on, tuple(map(date.fromisoformat, round_.exam_days)))
    return due_on(completion_rule(item.completion), days, audience=checklist.audience, rules=rules)


def _add_checklist(session: Session, round_: Round, catalogue: Catalogue) -> list[ChecklistItem]:
    checklist = Checklist(
        id=new_id(), round_id=round_.id, annex=catalogue.annex, audience=catalogue.audience, title=catalogue.title
    )
    session.add(checklist)
    session.flush()
    items = [
        ChecklistItem(
            round_id=round_.id,
            checklist_id=checklist.id,
            position=position,
            number=number,
            category=row.category,
            requirement_zh=row.zh,
            requirement_en=row.en,
            question=row.question,
            completion=row.completion,
            lead_units=list(row.lead_units),
            supporting_units=list(row.supporting_units),
        )
        for position, (number, row) in enumerate(catalogue.numbered(), 1)
    ]
    session.add_all(items)
    return items
