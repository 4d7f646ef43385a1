"""Working days: which days are worked, when business opens and closes, and how sure we are of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflows.calendar_file import (
    SATURDAY,
    CalendarError,
    YearPlan,
    parse_calendar,
    shipped_calendar_text,
)
from workflows.holidays import holiday_of
from workflows.vocabulary import Holiday

__all__ = ["Calendar", "CalendarError", "load_calendar", "shipped_calendar_text", "to_utc"]


@dataclass(frozen=True, eq=False)  # compared and hashed by identity: one loaded calendar is one thing
class Calendar:
    """The working days of one zone, in one version; immutable, safe to share between threads."""

    version: str
    zone: ZoneInfo
    opens: time
    closes: time
    plans: Mapping[int, YearPlan] = field(repr=False)
    _working_days: dict[int, tuple[date, ...]] = field(default_factory=dict, init=False, repr=False)

    def is_complete(self, on: date) -> bool:
        """Say whether the holiday plan of that day's year is known; without it Monday to Friday is assumed."""
        return on.year in self.plans

    def missing_years(self, first: date, last: date) -> list[int]:
        """List the years from `first` to `last`, both included, whose holiday plan is not known."""
        return [year for year in range(first.year, last.year + 1) if year not in self.plans]

    def knows(self, first: datetime, last: datetime) -> bool:
        """Say whether the holiday plans of all days from one instant to another are known."""
        return not self.missing_years(self.local_date(first), self.local_date(last))

    def is_working_day(self, on: date) -> bool:
        """Say whether `on` is worked; make-up Saturdays and Sundays are."""
        _refuse_instant(on)
        plan = self.plans.get(on.year)
        if on.weekday() >= SATURDAY:
            return plan is not None and on in plan.work
        return plan is None or on not in plan.off

    def holiday(self, on: date) -> Holiday | None:
        """Return the holiday that a day off belongs to; none for other days."""
        around = [self.plans[year] for year in range(on.year - 1, on.year + 2) if year in self.plans]
        off = frozenset[date]().union(*(plan.off for plan in around))
        return holiday_of(on, off) if on in off else None

    def working_day_after(self, on: date, n: int) -> date:
        """Return the n-th working day strictly after `on`; for n = 0, `on` itself or else the next one.

        ValueError when n is negative or the count leaves the years 1 to 9999.
        """
        days = self._days_of(on.year)
        if _counted(n) == 0:
            return self._day(on.year, bisect_left(days, on))
        return self._day(on.year, bisect_right(days, on) + n - 1)

    def working_day_before(self, on: date, n: int) -> date:
        """Return the n-th working day strictly before `on`; for n = 0, `on` itself or else the one before.

        ValueError when n is negative or the count leaves the years 1 to 9999.
        """
        days = self._days_of(on.year)
        if _counted(n) == 0:
            return self._day(on.year, bisect_right(days, on) - 1)
        return self._day(on.year, bisect_left(days, on) - n)

    def opening(self, on: date) -> datetime:
        """Return the instant, in UTC, at which business opens on that day, worked or not."""
        return self.instant(on, self.opens)

    def closing(self, on: date) -> datetime:
        """Return the instant, in UTC, at which business closes on that day, worked or not."""
        return self.instant(on, self.closes)

    def instant(self, on: date, at: time) -> datetime:
        """Return the instant, in UTC, of the local time `at` (without a zone) on that day."""
        _refuse_instant(on)
        if at.tzinfo is not None:
            msg = f"{at!r} must not carry a zone: the calendar's own ({self.zone}) applies"
            raise ValueError(msg)
        return datetime.combine(on, at, self.zone).astimezone(UTC)

    def local_date(self, at: datetime) -> date:
        """Return the calendar's day of an instant; ValueError when the instant has no zone."""
        return to_utc(at).astimezone(self.zone).date()

    def _days_of(self, year: int) -> tuple[date, ...]:
        # Two threads may both build a year: they build the same tuple, so no lock is needed.
        days = self._working_days.get(year)
        if days is None:
            first, length = date(year, 1, 1), date(year, 12, 31).timetuple().tm_yday
            every_day = (first + timedelta(days=offset) for offset in range(length))
            days = tuple(day for day in every_day if self.is_working_day(day))
            self._working_days[year] = days
        return days

    def _day(self, year: int, index: int) -> date:
        """Carry an index into a year's working days over to the years beside it."""
        days = self._days_of(year)
        while index < 0:
            year -= 1
            days = self._days_of(year)
            index += len(days)
        while index >= len(days):
            index -= len(days)
            year += 1
            days = self._days_of(year)
        return days[index]


def to_utc(at: datetime) -> datetime:
    """Return the same instant in UTC; ValueError when it has no zone, for then it is no instant."""
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        msg = f"{at!r} has no zone: pass an aware datetime, e.g. in UTC"
        raise ValueError(msg)
    return at.astimezone(UTC)


def load_calendar(text: str) -> Calendar:
    """Build a calendar from the TOML text of a calendar file; CalendarError names what is wrong in it."""
    read = parse_calendar(text)
    return Calendar(read.version, read.zone, read.opens, read.closes, read.plans)


def _counted(n: int) -> int:
    if n < 0:
        msg = f"cannot count {n} working days: n must be 0 or more; the other direction has its own function"
        raise ValueError(msg)
    return n


def _refuse_instant(on: date) -> None:
    # A datetime is a date to Python, but its day depends on the zone: taken as it is, it would be a day off.
    if isinstance(on, datetime):
        msg = f"{on!r} is an instant, not a day: pass it through local_date first"
        raise TypeError(msg)
