"""Whether the open rounds are complete: calendar, exam days, and every post of theirs."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.doctor.check import Check, ok, warning
from service.doctor.posts import check_posts
from service.models import Round
from service.rounds.rulebooks import calendar_in_force
from service.setup.rulebooks.calendars import offered_calendar

DECEMBER = 12


def check_rounds(session: Session, *, now: datetime) -> Iterator[Check]:
    """Calendar, exam days, and who fills the posts."""
    rounds = session.scalars(select(Round).where(Round.closed_at.is_(None)).order_by(Round.starts_on)).all()
    yield _calendar(session, rounds, now)
    yield _offered_calendar(session)
    without = [round_.number for round_ in rounds if not round_.exam_days]
    yield warning("exam_days", which=without) if without else ok("exam_days")
    yield from check_posts(session, rounds, today=calendar_in_force(session).local_date(now))


def _calendar(session: Session, rounds: Sequence[Round], now: datetime) -> Check:
    """The years of the open rounds, and towards the end of a year the next one: its plan is published by then."""
    calendar = calendar_in_force(session)
    today = calendar.local_date(now)
    last_days = [max([round_.ends_on, *map(date.fromisoformat, round_.exam_days)]) for round_ in rounds]
    periods = [(round_.starts_on, last_day) for round_, last_day in zip(rounds, last_days, strict=True)]
    if rounds and today.month == DECEMBER:
        periods.append((today, date(today.year + 1, 1, 1)))
    years = sorted({year for period in periods for year in calendar.missing_years(*period)})
    return warning("calendar", years=years) if years else ok("calendar")


def _offered_calendar(session: Session) -> Check:
    """A calendar that came with the program while the office goes by its own."""
    change = offered_calendar(session)
    if change is None:
        return ok("offered_calendar")
    days = [*map(str, change.new_years), *map(str, (*change.off, *change.worked))]
    return warning("offered_calendar", version=change.after, which=days)
