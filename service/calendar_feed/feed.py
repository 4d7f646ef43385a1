"""The calendar behind an address."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.calendar_feed.addresses import reader_of
from service.calendar_feed.entries import Reader, entries_of
from service.calendar_feed.ics import written_calendar
from service.errors import NotFound
from service.people.accounts import caller_of
from service.rounds.rulebooks import calendar_in_force


def calendar_of(session: Session, address: str, *, base_url: str, now: datetime) -> bytes:
    """The iCalendar file of the person whose address it is; raises `NotFound` for an unknown or revoked address."""
    person = reader_of(session, address)
    if person is None:
        raise NotFound("not_found")
    caller = caller_of(session, person)
    zone = calendar_in_force(session).zone
    reader = Reader(caller.actor, caller.language, base_url, zone)
    entries = entries_of(session, reader, now=now)
    return written_calendar(reader.phrase("name", person=person.name), entries, zone)
