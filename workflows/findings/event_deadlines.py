"""The deadlines that an event of a finding names, in today's keys and in the one key of earlier events."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from workflows.vocabulary import Move

FORMERLY = "deadline"  # meant what was set or asked for, and in events of the clock what was in force


class EventDeadlines(NamedTuple):
    """Instants as ISO 8601 text, as the event's data hold them; none where the event names none."""

    set: str | None  # the event gave the finding this deadline
    asked: str | None  # the unit asked for this one
    in_force: str | None  # the finding's deadline after the event

    @property
    def spoken_of(self) -> str | None:
        """The deadline that the event is about: the one that was asked for, else the one in force."""
        return self.asked or self.in_force


def deadlines_of(move: str, data: Mapping[str, Any]) -> EventDeadlines:
    """The deadlines of an event of that move.

    Events are never rewritten: those written before `deadline_set` and `deadline_asked` existed are read by their move.
    In an old event of the clock `set` may be the deadline that was in force anyway.
    """
    former, in_force = data.get(FORMERLY), data.get("deadline_in_force")
    asked = former if move == Move.ASK_EXTENSION else None
    # A deadline that a unit brought along as it began had no effect when there was one already.
    moot = move == Move.BEGIN and "notice_id" not in data and in_force not in (None, former)
    set_ = None if asked or moot else former
    set_ = _text(data.get("deadline_set", set_))
    return EventDeadlines(set_, _text(data.get("deadline_asked", asked)), _text(in_force) or set_)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
