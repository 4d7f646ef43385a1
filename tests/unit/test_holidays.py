"""Days off by the name of their holiday, held against what the shipped calendar notes beside them."""

import re
from datetime import date, timedelta

from service.wording import word
from workflows.calendar_file import parse_calendar, shipped_calendar_text
from workflows.holidays import holiday_of
from workflows.vocabulary import Holiday

NOTED = re.compile(r"^ *((?:\d{4}-\d\d-\d\d, )+)# (\S+)$", re.MULTILINE)
PLANS = parse_calendar(shipped_calendar_text()).plans


def test_every_day_off_of_the_shipped_calendar_has_the_name_that_is_noted_beside_it() -> None:
    noted = {
        date.fromisoformat(day): name
        for days, name in NOTED.findall(shipped_calendar_text())
        for day in days.rstrip(", ").split(", ")
    }
    assert set(noted) == {day for plan in PLANS.values() for day in plan.off}
    named = {day: holiday_of(day, PLANS[day.year].off) for day in noted}
    words = {day: word(holiday, "zh") if holiday else "" for day, holiday in named.items()}
    assert {day: set(name.split("、")) for day, name in words.items()} == {
        day: set(name.split("、")) for day, name in noted.items()
    }


def test_a_day_off_of_an_office_of_its_own_belongs_to_no_holiday() -> None:
    flood = {date(2021, 7, 21) + timedelta(days=n) for n in range(3)}
    assert {holiday_of(day, flood) for day in flood} == {None}
    assert holiday_of(date(2026, 4, 6), frozenset({date(2026, 4, day) for day in (4, 5, 6)})) is Holiday.QINGMING
