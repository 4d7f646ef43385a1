"""Checklists (督查表) of a round: brought into the books, listed, and shown with the day that each item is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.checklists.catalogues import Catalogue
from service.checklists.completion import item_due_on, rule_of
from service.errors import NotFound
from service.models import Checklist, ChecklistItem, Round, new_id
from service.rounds.rulebooks import rules_of
from service.store.paging import DEFAULT_LIMIT, Order, Page, page
from workflows.completion import CompletionRule
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind

# cursors carry texts; no notice has ten annexes
_CHECKLISTS = Order(cast(Checklist.annex, String), Checklist.id.expression, lambda row: str(row.annex))


class Requirement(NamedTuple):
    """What must be true."""

    zh: str
    en: str | None  # none: nobody has written it in English


@dataclass(frozen=True, slots=True)
class ItemView:
    """督查内容 with its completion time as a rule, and the day that this comes to in the round."""

    id: str
    number: str
    category: str
    requirement: Requirement
    completion_rule: CompletionRule
    due_on: date | None  # none: open-ended, or the exam days are not set yet
    lead_units: Sequence[str]
    supporting_units: Sequence[str]


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """督查表 with its items in the notice's order."""

    id: str
    round: Round
    annex: int
    audience: OrganizationKind
    title: str
    items: Sequence[ItemView]


def add_checklists(session: Session, round_: Round, catalogues: Iterable[Catalogue]) -> list[ChecklistItem]:
    """Bring a notice's checklists into a round; returns their items in the notice's order.

    Their completion words must be readable (`workflows.completion`), or CompletionError is raised.
    """
    items = [item for catalogue in catalogues for item in _add(session, round_, catalogue)]
    session.flush()
    return items


def checklists(
    session: Session, *, round_id: str | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Checklist]:
    """Checklists by annex, without their items; like a round, they are no secret."""
    query = select(Checklist).options(joinedload(Checklist.round))
    if round_id:
        query = query.where(Checklist.round_id == round_id)
    return page(session, query, _CHECKLISTS, cursor=cursor, limit=limit)


def view(session: Session, checklist_id: str) -> ChecklistView:
    """One checklist with its items and their due days under the round's rules; raises `NotFound`."""
    around = joinedload(Checklist.round), selectinload(Checklist.items)
    found = session.get(Checklist, checklist_id, options=around)
    if found is None:
        raise NotFound("not_found")
    rules = rules_of(session, found.round)
    items = [_viewed(item, found, rules) for item in found.items]
    return ChecklistView(found.id, found.round, found.annex, found.audience, found.title, items)


def _viewed(item: ChecklistItem, found: Checklist, rules: Rules) -> ItemView:
    return ItemView(
        id=item.id,
        number=item.number,
        category=item.category,
        requirement=Requirement(item.requirement_zh, item.requirement_en),
        completion_rule=rule_of(item),
        due_on=item_due_on(item, found, found.round, rules),
        lead_units=item.lead_units,
        supporting_units=item.supporting_units,
    )


def _add(session: Session, round_: Round, catalogue: Catalogue) -> list[ChecklistItem]:
    table = Checklist(
        id=new_id(), round_id=round_.id, annex=catalogue.annex, audience=catalogue.audience, title=catalogue.title
    )
    session.add(table)
    session.flush()
    items = [
        ChecklistItem(
            round_id=round_.id,
            checklist_id=table.id,
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
