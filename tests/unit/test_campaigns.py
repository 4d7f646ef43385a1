"""How results of the special campaigns add up, and who keeps the register."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.findings.law import ACTORS, JINSHUI
from workflows.campaigns import Result, added, may_record, results_of, tidy, week_of

AMOUNTS = st.integers(0, 10**9).map(lambda cents: tidy(Result("罚款", cents / 100, "元")).value)


def test_only_the_district_office_keeps_the_register_of_its_district() -> None:
    assert {who for who, actor in ACTORS.items() if may_record(actor, JINSHUI)} == {"district"}


def test_results_of_one_name_and_unit_add_up_in_the_order_in_which_they_come() -> None:
    first = [Result("检查网吧", 12, "家"), Result("收缴设备", 3, "件")]
    second = [Result("收缴设备", 4, "件"), Result("收缴设备", 2, "箱")]
    assert added([*first, *second]) == [
        Result("检查网吧", 12, "家"),
        Result("收缴设备", 7, "件"),
        Result("收缴设备", 2, "箱"),
    ]


def test_wide_characters_and_spaces_do_not_keep_results_apart() -> None:
    (whole,) = added([Result("约谈（ABC）机构", 1, "家"), Result(" 约谈(ABC)机构", 2, "家")])
    assert whole == Result("约谈（ABC）机构", 3, "家")


@given(st.lists(AMOUNTS))
def test_a_sum_has_no_rounding_error(values: list[float]) -> None:
    (whole,) = added([Result("罚款", 0, "元"), *(Result("罚款", value, "元") for value in values)])
    assert Decimal(str(whole.value)) == sum((Decimal(str(value)) for value in values), Decimal(0))


@pytest.mark.parametrize(("value", "kept"), [(3.0, 3), (3, 3), (0.5, 0.5), (0, 0)])
def test_a_whole_number_is_kept_without_a_decimal_point(value: float, kept: float) -> None:
    tidied = tidy(Result(" 收缴 设备", value, " "))
    assert (tidied, type(tidied.value)) == (Result("收缴 设备", kept, None), type(kept))


def test_results_are_read_as_they_were_kept() -> None:
    result = Result("检查网吧", 12, "家")
    assert list(results_of([result._asdict()])) == [result]


def test_a_week_begins_on_monday() -> None:
    assert {week_of(date(2021, 4, day)) for day in range(12, 19)} == {date(2021, 4, 12)}
