"""Calendars by the letter of RFC 5545, whatever the names of units are."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.calendar_feed.entries import Entry
from service.calendar_feed.feed import written_calendar
from service.wording import one_line, wording
from tests.build.strict_calendar import events, strict

ZONE = ZoneInfo("Asia/Shanghai")
CHANGED = datetime(2026, 4, 13, 2, 0, 0, 123456, tzinfo=UTC)
DEADLINE = datetime(2026, 4, 24, 17, tzinfo=ZONE)


def entry(summary: str = "整改期限", *, uid: str = "finding-1", at: date = DEADLINE) -> Entry:
    return Entry(uid, at, summary, "https://duban.example/findings/1", CHANGED, 3)


@settings(max_examples=50)
@given(texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=200), max_size=4), name=st.text(max_size=80))
def test_whatever_units_are_called_the_file_holds_to_the_letter(texts: list[str], name: str) -> None:
    entries = [entry(text, uid=f"finding-{n}") for n, text in enumerate(texts)]
    content = written_calendar(name, entries, ZONE)
    assert strict(content).properties["X-WR-CALNAME"] == one_line(name)
    assert [event["SUMMARY"] for event in events(content)] == [one_line(text) for text in texts]
    read = icalendar.Calendar.from_ical(content)
    assert [str(event["summary"]) for event in read.walk("VEVENT")] == [one_line(text) for text in texts]


def test_instants_are_in_utc_and_days_are_whole_days() -> None:
    exam = entry("考试日", uid="exam-1", at=date(2026, 6, 6))
    deadline, day = events(written_calendar("督办日程", [entry(), exam], ZONE))
    assert deadline["DTSTART"] == "20260424T090000Z"
    assert "DTEND" not in deadline
    assert (day["DTSTART"], day["DTEND"]) == ("20260606", "20260607")
    assert (deadline["UID"], deadline["SEQUENCE"], deadline["DTSTAMP"]) == ("finding-1@duban", "3", "20260413T020000Z")


def test_a_calendar_without_entries_is_one_all_the_same() -> None:
    content = written_calendar("督办日程", [], ZONE)
    assert [part.name for part in strict(content).parts] == ["VTIMEZONE"]
    assert icalendar.Calendar.from_ical(content)["method"] == "PUBLISH"


def test_the_same_entries_are_the_same_bytes() -> None:
    assert written_calendar("甲", [entry()], ZONE) == written_calendar("甲", [entry()], ZONE)


@pytest.mark.parametrize(
    "broken",
    [
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n",
        written_calendar("甲", [entry()], ZONE).replace(b"SEQUENCE:3", b"X-A:" + b"x" * 80),
        written_calendar("甲", [entry(), entry()], ZONE),
        written_calendar("甲", [entry()], ZONE).replace(b"SUMMARY:", b"SUMMARY:a\\b,"),
    ],
)
def test_the_strict_reader_notices(broken: bytes) -> None:
    with pytest.raises(AssertionError):
        strict(broken)


@pytest.mark.parametrize("key", sorted(wording("calendar")))
def test_the_phrases_are_there_in_both_languages(key: str) -> None:
    assert set(wording("calendar")[key]) == {"zh", "en"}
