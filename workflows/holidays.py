"""Which public holiday a day off belongs to: told by where in the year its run of days off lies."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from workflows.vocabulary import Holiday

_DAY = timedelta(days=1)
_WITH_MID_AUTUMN = 8  # days: a National Day of seven grows by one where Mid-Autumn falls into it
_SEASONS = (  # of holidays that follow the moon: first and last month and day that any of their days has
    (Holiday.SPRING_FESTIVAL, (1, 17), (2, 28)),
    (Holiday.DRAGON_BOAT, (5, 25), (6, 28)),
    (Holiday.MID_AUTUMN, (9, 5), (10, 9)),
)
_FIXED = (  # of the others: a day that each of their runs contains
    (Holiday.NEW_YEAR, ((1, 1),)),
    (Holiday.QINGMING, ((4, 4), (4, 5))),
    (Holiday.LABOUR, ((5, 1),)),
    (Holiday.NATIONAL, ((10, 1),)),
)


def holiday_of(on: date, off: AbstractSet[date]) -> Holiday | None:
    """The holiday that a day off is a part of; none for days off that belong to none, as a city's own."""
    run = _run_around(on, off)
    for holiday, days in _FIXED:
        if any((day.month, day.day) in days for day in run):
            both = holiday is Holiday.NATIONAL and len(run) >= _WITH_MID_AUTUMN
            return Holiday.NATIONAL_AND_MID_AUTUMN if both else holiday
    for holiday, first, last in _SEASONS:
        if all(first <= (day.month, day.day) <= last for day in run):
            return holiday
    return None


def _run_around(on: date, off: AbstractSet[date]) -> list[date]:
    """The days off that follow on one another, `on` among them."""
    first = last = on
    while first - _DAY in off:
        first -= _DAY
    while last + _DAY in off:
        last += _DAY
    return [first + _DAY * n for n in range((last - first).days + 1)]
