"""The calendar behind an address, as an iCalendar file (RFC 5545): equal entries give equal bytes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.calendar_feed.addresses import reader_of
from service.calendar_feed.entries import Entry, Reader, entries_of
from service.errors import existing
from service.people.callers import caller_of
from service.rounds.rulebooks import calendar_in_force
from service.wording import one_line

if TYPE_CHECKING:
    import icalendar

PRODUCT = "-//Duban//Duban//ZH"
REFRESH = timedelta(hours=1)
ZONE_FROM, ZONE_UNTIL = date(2020, 1, 1), date(2060, 1, 1)


def calendar_of(session: Session, address: str, *, base_url: str, now: datetime) -> bytes:
    """The iCalendar file of the person whose address it is; `NotFound` for an address that holds no more."""
    person = existing(reader_of(session, address, now=now))
    caller = caller_of(session, person)
    zone = calendar_in_force(session).zone
    reader = Reader(caller.actor, caller.language, base_url, zone)
    entries = entries_of(session, reader, now=now)
    return written_calendar(reader.phrase("name", person=person.name), entries, zone)


def written_calendar(name: str, entries: Iterable[Entry], zone: ZoneInfo) -> bytes:
    """The file as text; instants in UTC, days as all-day entries."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", icalendar.vText(one_line(name)))  # the library escapes texts that it knows alone
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone(zone))  # a calendar must hold something, and a person may have no date at all
    for entry in entries:
        calendar.add_component(_event(entry))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry) -> "icalendar.Event":
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{entry.uid}@duban")
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("summary", one_line(entry.summary))
    event.add("url", entry.link)
    event.add("description", entry.link)  # where programs do not show the address
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
    if isinstance(entry.at, datetime):
        event.add("dtstart", entry.at.astimezone(UTC))
    else:
        event.add("dtstart", entry.at)
        event.add("dtend", entry.at + timedelta(days=1))
    return event


@cache
def _zone(zone: ZoneInfo) -> "icalendar.Timezone":
    import icalendar

    return icalendar.Timezone.from_tzinfo(zone, first_date=ZONE_FROM, last_date=ZONE_UNTIL)
