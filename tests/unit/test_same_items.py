"""Items of two rounds that ask for the same."""

from typing import Any

import pytest

from workflows.same_items import Item, same_items


def item(id_: str, **known: Any) -> Item:
    given = {
        "annex": 1,
        "number": "1-3",
        "category": "组织领导情况",
        "question": "是否制定了本校 2021 年专升本考试工作方案？",
        "requirement": "学校已制定本校专升本考试工作方案",
    }
    return Item(id_, **{**given, **known})


LAST = item("去年")


@pytest.mark.parametrize(
    "now",
    [
        item("今年"),
        item("今年", number="1-7"),
        item("今年", question="是否制定了本校2022年专升本考试工作方案？", requirement="另写"),
        item("今年", question=None),
        item("今年", category="组织 领导情况"),
    ],
)
def test_an_item_that_asks_the_same_is_the_same_whatever_year_and_number(now: Item) -> None:
    assert same_items([LAST], [now]) == {"去年": "今年"}


@pytest.mark.parametrize(
    "now",
    [
        item("今年", annex=2),
        item("今年", category="考务管理"),
        item("今年", question="是否明确了部门责任？", requirement="另写"),
    ],
)
def test_an_item_that_asks_something_else_is_another(now: Item) -> None:
    assert same_items([LAST], [now]) == {}


def test_of_several_that_ask_the_same_the_number_decides() -> None:
    twins = [item("甲", number="1-2"), item("乙", number="1-3")]
    assert same_items([LAST], twins) == {"去年": "乙"}
    assert same_items([item("去年", number="1-9")], twins) == {}
