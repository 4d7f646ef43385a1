"""Checklists in the books: what a notice asks, row by row, and when each row is due in its round."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.checklists.catalogues import NOTICE_2021_35, Catalogue, Row, shipped
from service.checklists.checklists import add_checklists, list_checklists, view_checklist
from service.errors import NotFound
from service.models import Round, new_id
from service.rounds.rounds import NewRound, open_round
from service.rounds.rulebooks import keep_shipped
from tests.worlds.rows import NOW
from workflows.completion import CompletionKind, MonthPart
from workflows.vocabulary import OrganizationKind


@pytest.fixture
def round_(session: Session) -> Round:
    """The notice's own round, with its checklists."""
    new = NewRound("2021-35", "督查通知", date(2021, 3, 29), date(2021, 6, 6), keep_shipped(session, now=NOW))
    made = open_round(session, new)
    add_checklists(session, made, shipped(NOTICE_2021_35))
    session.expire_all()
    return made


def test_a_round_shows_its_checklists_in_the_notices_order(session: Session, round_: Round) -> None:
    universities, districts = list_checklists(session, round_id=round_.id).items
    assert [universities.annex, districts.annex] == [1, 2]
    items = view_checklist(session, universities.id).items
    assert [view.item.number for view in items] == [f"1-{row}" for row in range(1, 72)]
    assert [view.item.number for view in view_checklist(session, districts.id).items] == [
        f"2-{row}" for row in range(1, 53)
    ]
    third = items[2].item
    assert (third.category, third.lead_units, third.supporting_units) == ("报名资格审核", ["教务处"], ["学生处"])
    assert third.requirement.zh == "报名资格审查有专人负责；责任部门已确定；人员分工已确定。"
    assert third.requirement.en is not None


def test_each_item_is_due_on_a_day_of_the_round(session: Session, round_: Round) -> None:
    found = {
        row.annex: view_checklist(session, row.id).items for row in list_checklists(session, round_id=round_.id).items
    }
    due = {view.item.number: view.due_on for views in found.values() for view in views}
    assert due["1-1"] == date(2021, 4, 20)
    assert due["1-3"] == date(2021, 4, 1)  # 1 月底 lay before the round: the first Thursday
    assert due["2-9"] == date(2021, 4, 2)  # and the first Friday
    assert due["1-38"] is due["2-15"] is None
    assert due["1-54"] == date(2021, 6, 10)
    rule = found[1][37].completion_rule
    assert (rule.kind, rule.month, rule.part) == (CompletionKind.UNTIL_EXAM_OVER, None, None)


def test_exact_days_stand_and_those_before_the_exam_move_with_it(session: Session, round_: Round) -> None:
    words = ("4月28日", "考前一周", "考前三天", "长期坚持", "已完成")
    rows = [Row("组织领导", "是否到位？", completion, "到位。") for completion in words]
    (first, *_) = add_checklists(session, round_, [Catalogue(3, OrganizationKind.UNIVERSITY, "督查表", tuple(rows))])

    def due() -> list[date | None]:
        session.expire_all()
        return [view.due_on for view in view_checklist(session, first.checklist_id).items]

    assert due() == [date(2021, 4, 28), None, None, None, date(2021, 4, 1)]
    for exam_on, week, three_days in (
        (date(2021, 6, 5), date(2021, 5, 28), date(2021, 6, 2)),
        (date(2021, 6, 19), date(2021, 6, 11), date(2021, 6, 16)),
    ):
        round_.exam_days = [exam_on.isoformat()]
        session.flush()
        assert due() == [date(2021, 4, 28), week, three_days, None, date(2021, 4, 1)]


def test_what_is_due_follows_the_exam_days(session: Session, round_: Round) -> None:
    round_.exam_days = ["2021-06-05", "2021-06-06"]
    session.flush()
    universities, _ = list_checklists(session, round_id=round_.id).items
    items = {view.item.number: view for view in view_checklist(session, universities.id).items}
    assert items["1-38"].due_on == date(2021, 6, 6)
    assert items["1-54"].due_on == date(2021, 6, 4)
    assert items["1-54"].completion_rule.part is MonthPart.BEGINNING


def test_rounds_have_checklists_of_their_own(session: Session, round_: Round) -> None:
    new = NewRound("2022-18", "督查通知", date(2022, 3, 28), date(2022, 6, 5), round_.policy_version)
    next_year = open_round(session, new)
    add_checklists(session, next_year, shipped(NOTICE_2021_35)[:1])
    assert len(list_checklists(session, round_id=next_year.id).items) == 1
    assert len(list_checklists(session).items) == 3
    assert len(list_checklists(session, round_id=new_id()).items) == 0
    first = list_checklists(session, limit=2)
    rest = list_checklists(session, limit=2, cursor=first.next_cursor)
    assert len({row.id for row in (*first.items, *rest.items)}) == 3


def test_an_unknown_checklist_is_not_found(session: Session, round_: Round) -> None:
    with pytest.raises(NotFound):
        view_checklist(session, new_id())
