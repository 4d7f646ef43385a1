"""Small checklists, for tests that only need an item or two."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from service.models import Checklist, ChecklistItem, Round, new_id
from workflows.vocabulary import OrganizationKind


def add_checklist(session: Session, round_: Round, items: Iterable[tuple[str, str]]) -> list[ChecklistItem]:
    """Items by number, such as «1-12», and heading; they are open until the exam is over."""
    lists: dict[int, Checklist] = {}
    added = []
    for number, category in items:
        annex, row = map(int, number.split("-"))
        if annex not in lists:
            audience = OrganizationKind.UNIVERSITY if annex == 1 else OrganizationKind.DISTRICT
            lists[annex] = Checklist(
                id=new_id(), round_id=round_.id, annex=annex, audience=audience, title=f"督查表（附件 {annex}）"
            )
        added.append(
            ChecklistItem(
                round_id=round_.id,
                checklist_id=lists[annex].id,
                position=row,
                number=number,
                category=category,
                requirement_zh=category,
                completion="即日起至考试结束",
            )
        )
    session.add_all(lists.values())
    session.flush()
    session.add_all(added)
    session.flush()
    return added
