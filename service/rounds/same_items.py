"""The checklist items of rounds, as they are matched with each other."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Checklist, ChecklistItem
from workflows.same_items import Item, same_items


def items_of(session: Session, round_id: str) -> list[Item]:
    """The items of a round's checklists, in the notice's order."""
    item = ChecklistItem
    query = (
        select(item.id, Checklist.annex, item.number, item.category, item.question, item.requirement_zh)
        .join(Checklist, item.checklist_id == Checklist.id)
        .where(Checklist.round_id == round_id)
        .order_by(Checklist.annex, item.position)
    )
    return [Item(*row) for row in session.execute(query)]


def same_items_of(session: Session, before_id: str, after_id: str) -> dict[str, str]:
    """The item of the later round that asks the same, by the item of the earlier one."""
    return same_items(items_of(session, before_id), items_of(session, after_id))
