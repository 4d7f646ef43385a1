"""What came back from one round to the next."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_same_items import item
from workflows.round_comparison import ComparedItem, ComparedItems, Tally, UnitTally, compared, grouped

BEFORE = [item("旧甲"), item("旧乙", question="仅去年问", requirement="仅去年")]
AFTER = [item("新丙", question="仅今年问", requirement="仅今年", category="考务管理"), item("新甲", number="1-9")]
UNITS, ITEMS = ("高校一", "高校二"), ("旧甲", "旧乙", "新丙", "新甲", None)


def line(item_id: str | None, *tally: int, unit: str = "高校一") -> UnitTally:
    return UnitTally(item_id is not None and item_id.startswith("新"), unit, item_id, Tally(*tally))


def in_brief(items: list[ComparedItem]) -> list[tuple[str | None, str | None, int, int, bool]]:
    return [
        (
            one.item_then.id if one.item_then else None,
            one.item_now.id if one.item_now else None,
            one.then.findings,
            one.now.findings,
            one.came_back,
        )
        for one in items
    ]


def test_an_item_that_failed_in_both_rounds_came_back() -> None:
    items = compared([line("旧甲", 2, 2), line("新甲", 1)], BEFORE, AFTER)
    assert in_brief(items) == [("旧甲", "新甲", 2, 1, True)]
    assert (items[0].then.put_right, items[0].then.open, items[0].now.open) == (2, 0, 1)


def test_what_failed_in_one_round_only_did_not_come_back() -> None:
    items = compared([line("旧甲", 1), line("旧乙", 1), line("新丙", 1), line("新甲", 1, unit="高校二")], BEFORE, AFTER)
    assert in_brief(items) == [
        (None, "新丙", 0, 1, False),
        ("旧甲", "新甲", 1, 0, False),
        (None, "新甲", 0, 1, False),
        ("旧乙", None, 1, 0, False),
    ]


def test_what_was_carried_over_came_back_even_without_an_item() -> None:
    lines = [UnitTally(False, "高校一", None, Tally(3)), UnitTally(True, "高校一", None, Tally(2, 0, 1))]
    (loose,) = compared(lines, BEFORE, AFTER)
    assert (loose.category, loose.came_back) == (None, True)
    (loose,) = compared([*lines[:1], UnitTally(True, "高校一", None, Tally(2))], BEFORE, AFTER)
    assert not loose.came_back  # of two findings without an item nobody knows whether they are the same


def test_categories_are_called_as_the_later_round_calls_them() -> None:
    after = [item("新甲", category="组织领导  情况")]
    (one,) = compared([line("旧甲", 1)], BEFORE, after)
    assert one.category == "组织领导  情况"


@given(st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(ITEMS), st.integers(0, 5), st.booleans())))
def test_no_finding_is_lost_or_counted_twice(drawn: list[tuple[str, str | None, int, bool]]) -> None:
    lines = [
        UnitTally(now if item_id is None else item_id.startswith("新"), unit, item_id, Tally(findings))
        for unit, item_id, findings, now in drawn
    ]
    whole = ComparedItems(compared(lines, BEFORE, AFTER))
    assert whole.now.findings == sum(one.tally.findings for one in lines if one.now)
    assert whole.then.findings == sum(one.tally.findings for one in lines if not one.now)
    parts = grouped(whole.items, lambda one: one.category).values()
    assert sum(part.now.findings for part in parts) == whole.now.findings
    assert sum(part.came_back for part in parts) == whole.came_back
