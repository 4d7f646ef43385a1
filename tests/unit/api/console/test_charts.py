"""Scales, columns and shades."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from api.console.charts import SHADES, shade, share, stacked, ticks_of, top_of

ROWS = some.lists(some.lists(some.integers(-3, 10_000), min_size=1, max_size=6), max_size=14)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 5), (5, 5), (6, 10), (10, 10), (11, 20), (49, 50), (51, 100), (1001, 2000)]
)
def test_a_scale_ends_at_the_next_round_figure(most: int, top: int) -> None:
    assert top_of(most) == top


def test_a_scale_has_whole_numbers_from_the_ground_to_the_top() -> None:
    assert [(tick.value, tick.y) for tick in ticks_of(10, 100)] == [
        (0, 100),
        (2, 80),
        (4, 60),
        (6, 40),
        (8, 20),
        (10, 0),
    ]


@given(ROWS)
def test_columns_stand_on_the_ground_within_the_picture_and_add_up(rows: list[list[int]]) -> None:
    stack = stacked(rows, width=720, height=200)
    assert len(stack.columns) == len(rows)
    for row, column in zip(rows, stack.columns, strict=True):
        assert column.total == sum(max(one, 0) for one in row)
        assert 0 <= column.x <= column.x + column.width <= 720.2
        ground = 200.0
        for part in column.parts:
            assert abs(part.y + part.height - ground) <= 0.2
            ground = part.y
        assert ground >= -0.2


@given(some.integers(-5, 10_000), some.integers(-5, 10_000))
def test_the_darkest_shade_is_the_largest_figures_and_nothing_has_none(value: int, most: int) -> None:
    step = shade(value, most)
    assert 0 <= step <= SHADES
    assert (step == 0) == (value <= 0 or most <= 0)
    if value >= most > 0:
        assert step == SHADES


def test_a_share_is_between_nothing_and_all() -> None:
    assert [share(one, 40) for one in (-1, 0, 10, 40, 99)] == [0.0, 0.0, 25.0, 100.0, 100.0]
    assert share(3, 0) == 0.0
