"""When the items of a round's checklists are due."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Checklist, ChecklistItem, Round
from workflows.completion import RoundDays, completion_rule, due_on
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
