"""Steps of a story, each written as one line: when, which move, and until when or by whom.

`5 15:00 notify until -4 17:00` happens five working days before the last one that is over, and sets a deadline four
working days after it. `2026-05-12 10:00 review_pass by head` names its day, and who acts.
"""

import re
from datetime import date, datetime, time
from typing import NamedTuple

from workflows.calendar import Calendar
from workflows.vocabulary import Move

_INSTANT = r"\S+ \d\d:\d\d"
_STEP = re.compile(rf"({_INSTANT}) (\w+)(?: until ({_INSTANT})| within (\d+) working days)?(?: by (\w+))?")


class Step(NamedTuple):
    """One act of a person."""

    at: datetime
    move: Move
    until: datetime | None  # the deadline that is set or asked for
    working_days: int | None  # the deadline, counted from receipt
    by: str | None  # who acts around the unit, such as `head`; None: whoever usually does

    def deadline(self) -> datetime:
        """The deadline of a move that needs one; ValueError when the line has none."""
        if self.until is None:
            raise ValueError(f"{self.move} at {self.at} needs 'until'")
        return self.until


class Days:
    """The days of stories: `2026-04-20`, or working days counted back from the last one that is over at `now`."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        today = calendar.working_day_before(calendar.local_date(now), 0)
        self.calendar = calendar
        self._last = today if calendar.closing(today) <= now else calendar.working_day_before(today, 1)

    def day(self, text: str) -> date:
        """The date of `2026-04-20`, of `3` (three working days before) or of `-3` (three after)."""
        if len(text) > len("-99"):
            return date.fromisoformat(text)
        if (back := int(text)) < 0:
            return self.calendar.working_day_after(self._last, -back)
        return self.calendar.working_day_before(self._last, back)

    def instant(self, text: str) -> datetime:
        """The instant of a day and the time by the clock on the wall, such as `3 10:12`."""
        day, _, hour = text.partition(" ")
        return self.calendar.instant(self.day(day), time.fromisoformat(hour))

    def step(self, line: str) -> Step:
        """The step of one line; ValueError when it is none."""
        found = _STEP.fullmatch(line)
        if found is None:
            raise ValueError(f"not a step of a story: {line}")
        at, move, until, working_days, by = found.groups()
        return Step(
            at=self.instant(at),
            move=Move(move),
            until=self.instant(until) if until else None,
            working_days=int(working_days) if working_days else None,
            by=by,
        )
