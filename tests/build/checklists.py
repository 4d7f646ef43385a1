"""Small checklists, for tests that only need an item or two."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from service.models import Checklist, ChecklistItem, Round, new_id
from workflows.vocabulary import OrganizationKind

AUDIENCES = {1: OrganizationKind.UNIVERSITY, 2: OrganizationKind.DISTRICT}


def add_checklist(session: Session, round_: Round, items: Iterable[tuple[str, str]]) -> list[ChecklistItem]:
    """Items by number, such as «1-12», and heading; they are open until the exam is over."""
    lists: dict[int, Checklist] = {}
    added = []
    for number, category in items:
        annex, row = map(int, number.split("-"))
        if annex not in lists:
            lists[annex] = _list(round_, annex)
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


def add_items(session: Session, round_: Round, rows: Mapping[str, str]) -> dict[str, ChecklistItem]:
    """Items by number («1-3»), of both annexes; `rows` are their completion words."""
    lists = {annex: _list(round_, annex) for annex in AUDIENCES}
    session.add_all(lists.values())
    session.flush()
    added = {}
    for number, completion in rows.items():
        annex, position = map(int, number.split("-"))
        added[number] = ChecklistItem(
            round_id=round_.id,
            checklist_id=lists[annex].id,
            position=position,
            number=number,
            category="组织领导情况" if position < 3 else "考务管理",
            requirement_zh=f"已落实第{position}项要求。",
            completion=completion,
        )
    session.add_all(added.values())
    session.flush()
    return added


def _list(round_: Round, annex: int) -> Checklist:
    title = f"督查表（附件 {annex}）"
    return Checklist(id=new_id(), round_id=round_.id, annex=annex, audience=AUDIENCES[annex], title=title)
