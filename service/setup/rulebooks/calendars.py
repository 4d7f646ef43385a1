"""Calendars: next year's plan put in force while the office runs, by an administrator or with a newer program."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.errors import InvalidInput, refuse_stale
from service.rounds.rulebooks import calendar_in_force, keep_calendar, text_of_calendar, version_of_calendar
from service.setup.rulebooks.rulebook_records import hold_rulebooks, last_in_force, record_in_force
from service.wording.texts import InBothLanguages
from workflows.calendar import Calendar, load_calendar, shipped_calendar_text
from workflows.calendar_file import calendar_mistakes
from workflows.findings.facts import CLOCK, Actor
from workflows.journal import SubjectKind

DAYS_OF_YEAR = 366


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What another calendar would change."""

    before: str  # versions
    after: str
    new_years: tuple[int, ...]  # whose plan was not known
    lost_years: tuple[int, ...]  # whose plan would no longer be known
    off: tuple[date, ...]  # days that are no longer worked
    worked: tuple[date, ...]  # days that are worked now
    hours: bool  # zone or hours differ

    @property
    def is_empty(self) -> bool:
        return not (self.new_years or self.lost_years or self.off or self.worked or self.hours)


def put_calendar_in_force(
    session: Session, text: str, *, actor: Actor, now: datetime, reason: str | None = None, seen: str | None = None
) -> CalendarChange:
    """Keep a calendar, which holds from now on for every round; timers and provisional deadlines are recounted.

    Raises `InvalidInput` with every mistake of the file, `NotAllowed` for all but administrators, `Conflict`
    («stale_version») when another version than was `seen` is in force.
    """
    hold_rulebooks(session, actor)
    change = calendar_change(session, text)
    if seen is not None and text != text_of_calendar(session):
        refuse_stale({"version": version_of_calendar(session) or ""}, {"version": None}, {"version": seen})
    version = keep_calendar(session, text, now=now)
    data = {"changed": {"version": {"from": change.before, "to": version}}, "shipped": text == shipped_calendar_text()}
    record_in_force(session, SubjectKind.CALENDAR, data, actor=actor, now=now, reason=reason)
    return change


def calendar_change(session: Session, text: str) -> CalendarChange:
    """What this calendar would change; raises `InvalidInput` with every mistake of the file."""
    if mistakes := calendar_mistakes(text):
        raise InvalidInput({"text": "rulebook_wrong"}, mistakes=InBothLanguages.lines_of(mistakes))
    return _change(calendar_in_force(session), load_calendar(text))


def adopt_shipped_calendar(session: Session, *, now: datetime) -> CalendarChange | None:
    """Put the program's own calendar in force where it is a newer one and the office has loaded none of its own."""
    if offered_calendar(session) is None or has_own_calendar(session):
        return None
    return put_calendar_in_force(session, shipped_calendar_text(), actor=CLOCK, now=now)


def offered_calendar(session: Session) -> CalendarChange | None:
    """What the program's own calendar would change; none where it would change nothing or takes a plan away."""
    if version_of_calendar(session) is None:  # nothing is installed, and the shipped one holds anyway
        return None
    change = _change(calendar_in_force(session), load_calendar(shipped_calendar_text()))
    return None if change.is_empty or change.lost_years else change


def has_own_calendar(session: Session) -> bool:
    """Whether the calendar in force is one that the office has loaded itself."""
    last = last_in_force(session, SubjectKind.CALENDAR)
    return last is not None and not last.get("shipped")


def _change(before: Calendar, after: Calendar) -> CalendarChange:
    known, known_then = set(before.plans), set(after.plans)
    days = [day for year in sorted(known | known_then) for day in _days_of(year)]
    return CalendarChange(
        before.version,
        after.version,
        tuple(sorted(known_then - known)),
        tuple(sorted(known - known_then)),
        tuple(day for day in days if before.is_working_day(day) and not after.is_working_day(day)),
        tuple(day for day in days if after.is_working_day(day) and not before.is_working_day(day)),
        (before.zone, before.opens, before.closes) != (after.zone, after.opens, after.closes),
    )


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1).toordinal()
    days = (date.fromordinal(first + place) for place in range(DAYS_OF_YEAR))
    return (day for day in days if day.year == year)
