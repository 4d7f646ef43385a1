"""The items of a round's checklists with the instants by which they have to be confirmed."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.checklists.completion import item_due_on, rule_of
from service.models import Checklist, ChecklistItem, Round
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind


class DueItem(NamedTuple):
    """An item, whom it is about, and when it is due."""

    item: ChecklistItem
    audience: OrganizationKind
    due_on: date | None  # its last day; none: open-ended, or the exam days are not set
    due_at: datetime | None  # the close of business on that day
    weekly: bool  # checked anew every week


def due_items(session: Session, round_: Round, rules: Rules) -> list[DueItem]:
    """Every item of the round, in the notice's order."""
    query = (
        select(ChecklistItem, Checklist)
        .join(Checklist, ChecklistItem.checklist_id == Checklist.id)
        .where(Checklist.round_id == round_.id)
        .order_by(Checklist.annex, ChecklistItem.position)
    )
    return [_due(item, checklist, round_, rules) for item, checklist in session.execute(query)]


def _due(item: ChecklistItem, checklist: Checklist, round_: Round, rules: Rules) -> DueItem:
    due_on = item_due_on(item, checklist, round_, rules)
    due_at = rules.calendar.closing(due_on) if due_on else None
    return DueItem(item, checklist.audience, due_on, due_at, rule_of(item).is_weekly)
