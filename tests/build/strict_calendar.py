"""iCalendar read by the letter of RFC 5545, beside the library that wrote it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LINE = re.compile(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=[^\";:,]+)*):(.*)", re.DOTALL)
TEXTS = ("SUMMARY", "DESCRIPTION", "X-WR-CALNAME", "UID")
ESCAPED = re.compile(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*")
INSTANT, DAY = re.compile(r"\d{8}T\d{6}Z"), re.compile(r"\d{8}")
ONCE = {"VCALENDAR": {"PRODID", "VERSION", "METHOD"}, "VEVENT": {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE"}}


@dataclass
class Part:
    """A component: its properties, unescaped texts among them, and the parts within."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    parts: list["Part"] = field(default_factory=list)


def strict(content: bytes) -> Part:
    """The calendar; an AssertionError says what no calendar program need accept."""
    lines = list(_unfolded(content))
    calendar = Part("")
    stack = [calendar]
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, f"no content line: {line!r}"
        name, parameters, value = match.groups()
        if name == "BEGIN":
            stack[-1].parts.append(Part(value))
            stack.append(stack[-1].parts[-1])
        elif name == "END":
            assert stack.pop().name == value
        else:
            assert name not in stack[-1].properties, f"{name} twice"
            stack[-1].properties[name] = _value(name, parameters, value)
    (whole,) = calendar.parts
    _check(whole)
    return whole


def events(content: bytes) -> list[dict[str, str]]:
    """The properties of every event."""
    return [part.properties for part in strict(content).parts if part.name == "VEVENT"]


def _unfolded(content: bytes) -> Iterator[str]:
    assert content.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content), "a line that does not end with CR and LF"
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(0 < len(line) <= 75 for line in physical), "a line of more than 75 octets"
    for line in physical:
        line.decode()  # no character is cut in two
    yield from content.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode().split("\r\n")


def _value(name: str, parameters: str, value: str) -> str:
    if name in TEXTS:
        assert ESCAPED.fullmatch(value), f"{name} is not escaped: {value!r}"
        return re.sub(r"\\([\\;,])", r"\1", re.sub(r"\\[nN]", "\n", value))
    if name in ("DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND"):
        form = DAY if "VALUE=DATE" in parameters else INSTANT
        assert form.fullmatch(value) or (name == "DTSTART" and value.endswith("T000000")), f"{name}: {value}"
    return value


def _check(whole: Part) -> None:
    assert whole.name == "VCALENDAR"
    assert whole.properties["VERSION"] == "2.0"
    assert whole.parts, "a calendar holds at least one component"
    for part in (whole, *whole.parts):
        assert ONCE.get(part.name, set()) <= set(part.properties), f"{part.name} lacks something"
    of_events = [part.properties for part in whole.parts if part.name == "VEVENT"]
    uids = [each["UID"] for each in of_events]
    assert len(set(uids)) == len(uids), "one UID for two events"
    assert all(each["DTSTART"] < each.get("DTEND", "9") for each in of_events)
