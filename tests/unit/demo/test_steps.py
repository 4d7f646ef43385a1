"""Steps of stories, as they are written."""

from datetime import UTC, datetime

import pytest

from demo.steps import Days
from workflows.calendar import load_calendar, shipped_calendar_text

DAYS = Days(load_calendar(shipped_calendar_text()), datetime(2026, 4, 20, 9, 30, tzinfo=UTC))  # a Monday, after work


def test_days_are_dates_or_working_days_counted_from_the_last_that_is_over() -> None:
    step = DAYS.step("1 15:00 notify until -4 17:00 by head")
    assert (step.at, step.until) == (DAYS.instant("2026-04-17 15:00"), DAYS.instant("2026-04-24 17:00"))
    assert (step.move, step.by, step.working_days) == ("notify", "head", None)


def test_a_deadline_may_be_counted_in_working_days() -> None:
    assert DAYS.step("0 09:00 notify within 6 working days").working_days == 6


@pytest.mark.parametrize("line", ["tomorrow 15:00 notify", "1 15:00 dance", "1 3pm notify", "1 15:00 notify until"])
def test_a_line_that_is_no_step_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"tomorrow|dance|3pm|until"):
        DAYS.step(line)


def test_a_move_that_needs_a_deadline_says_so() -> None:
    with pytest.raises(ValueError, match="reopen"):
        DAYS.step("1 15:00 reopen").deadline()
