"""A year of the working calendar as months of weeks: what a day is stands in a sign and in words, not in colour."""

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date

from api.console.rendering import text
from workflows.calendar import Calendar

_WEEKS = Weeks()
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month; outside of it, none."""

    number: int | None
    kind: str = ""  # worked, weekend, holiday, makeup
    sign: str = ""
    words: str = ""
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """One month."""

    name: str
    weeks: list[list[Day]]


def months_of(calendar: Calendar, year: int, today: date) -> list[Month]:
    """The twelve months of a year."""
    return [
        Month(
            text("office.month", number=month),
            [
                [_day(calendar, year, month, number, today) for number in week]
                for week in _WEEKS.monthdayscalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def _day(calendar: Calendar, year: int, month: int, number: int, today: date) -> Day:
    if not number:
        return Day(None)
    on = date(year, month, number)
    is_worked, is_weekend = calendar.is_working_day(on), on.weekday() >= SATURDAY
    kind = ("makeup" if is_weekend else "worked") if is_worked else ("weekend" if is_weekend else "holiday")
    sign = text(f"office.sign_{kind}") if kind in ("makeup", "holiday") else ""
    return Day(number, kind, sign, f"{on.isoformat()} {text(f'office.day_{kind}')}", on == today)
