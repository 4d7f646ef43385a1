"""Coverage: which units were looked at of late, and which never."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.coverage import coverage, coverage_light
from workflows.vocabulary import Coverage, Light

MONDAY = date(2021, 4, 12)
STANDING = [Coverage.INSPECTED, Coverage.NOT_INSPECTED, Coverage.NEVER]  # from better to worse


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [(0, Coverage.INSPECTED), (7, Coverage.INSPECTED), (8, Coverage.NOT_INSPECTED), (60, Coverage.NOT_INSPECTED)],
)
def test_who_inspects_every_seventh_day_keeps_a_unit_covered(days_ago: int, expected: Coverage) -> None:
    assert coverage(MONDAY - timedelta(days=days_ago), MONDAY, every_days=7) is expected


def test_a_unit_that_nobody_has_inspected_is_red() -> None:
    assert coverage(None, MONDAY, every_days=7) is Coverage.NEVER
    assert [coverage_light(covered) for covered in STANDING] == [Light.GREEN, Light.AMBER, Light.RED]


@given(st.none() | st.integers(0, 90), st.integers(0, 90), st.integers(1, 30))
def test_a_later_inspection_never_makes_it_worse(earlier: int | None, later: int, every_days: int) -> None:
    last = MONDAY + timedelta(days=min(earlier, later)) if earlier is not None else None
    on = MONDAY + timedelta(days=90)
    before = coverage(last, on, every_days=every_days)
    after = coverage(MONDAY + timedelta(days=max(earlier or 0, later)), on, every_days=every_days)
    assert STANDING.index(after) <= STANDING.index(before)
