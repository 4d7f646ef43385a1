"""What events say that rows must say: of a finding, and of each act that has a row of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from workflows.findings.event_deadlines import deadlines_of
from workflows.findings.history import history_of
from workflows.vocabulary import Move, Outcome

_LOGGED = ("number", "organization_id", "severity")
_OUTCOMES = {
    Move.REVIEW_PASS: Outcome.PASS,
    Move.REVIEW_PARTIAL: Outcome.PARTIAL,
    Move.REVIEW_FAIL: Outcome.FAIL,
}
_UNDECIDED = {"granted": None, "granted_deadline": None, "comment": None, "decided_at": None, "decided_by_id": None}
ACTS: Mapping[str, tuple[str, ...]] = {
    "submissions": ("measures", "submitted_at", "submitted_by_id"),
    "reviews": ("outcome", "comment", "remaining", "submission_id", "reviewed_at", "reviewed_by_id"),
    "extensions": ("deadline", "reason", "asked_at", "asked_by_id", *_UNDECIDED),
    "handling_opinions": ("opinion", "measure", "new_deadline", "opined_at", "opined_by_id"),
    "replies": ("text", "handling_opinion_id", "replied_at", "replied_by_id"),
}  # tables, and the columns that events vouch for


class RawEvent(NamedTuple):
    """One event as the database has it, its `data` parsed.

    Apart from `service.records.past_events`: it reads what a forger may have written, so no type may refuse a value.
    """

    position: int
    move: str
    to_state: str
    escalation_level: int
    at: Any
    actor_id: Any
    reason: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """What the events say of one row: its columns, and the position of the event that first names it."""

    position: int
    columns: Mapping[str, Any]


def expected_finding(events: Sequence[RawEvent]) -> dict[str, Any]:
    """The columns of a finding that its events, at least one, decide; `voided_at` as whether there is one.

    `failures_in_all` is left out where events of an earlier version do not tell.
    """
    last, past = events[-1], asdict(history_of(events))
    expected: dict[str, Any] = {"state": last.to_state, "escalation_level": last.escalation_level, "voided_at": False}
    for event in events:
        if event.move == Move.LOG:
            expected |= {name: event.data[name] for name in _LOGGED if name in event.data} | {"deadline": None}
        elif event.move == Move.VOID:
            expected["voided_at"] = True
        if deadline := deadlines_of(event.move, event.data).set:
            expected["deadline"] = deadline
    return expected | {name: value for name, value in past.items() if name != "failures_in_all" or value is not None}


def expected_rows(events: Sequence[RawEvent]) -> dict[tuple[str, str], ExpectedRow]:
    """The rows of other tables that the events vouch for, by table and id."""
    found: dict[tuple[str, str], ExpectedRow] = {}
    for event in events:
        for table, id_, columns in _acts(event):
            before = found.get((table, id_), ExpectedRow(event.position, {}))
            found[table, id_] = ExpectedRow(before.position, {**before.columns, **columns})
    return found


def _acts(event: RawEvent) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The row that an event names, if any, and its columns; a decision adds to those of the request."""
    data, reason = event.data, event.reason
    deadlines = deadlines_of(event.move, data)
    match event.move:
        case Move.SUBMIT:
            made = ("submissions", "submission_id", "submitted", {"measures": data.get("measures")})
        case Move.REVIEW_PASS | Move.REVIEW_PARTIAL | Move.REVIEW_FAIL:
            particulars = {name: data.get(name) for name in ("remaining", "submission_id")}
            outcome = _OUTCOMES[Move(event.move)]
            made = ("reviews", "review_id", "reviewed", {**particulars, "outcome": outcome, "comment": reason})
        case Move.ASK_EXTENSION:
            asked = {**_UNDECIDED, "deadline": deadlines.asked, "reason": reason}
            made = ("extensions", "extension_id", "asked", asked)
        case Move.GRANT_EXTENSION | Move.DENY_EXTENSION:
            granted = {"granted": event.move == Move.GRANT_EXTENSION, "granted_deadline": deadlines.set}
            made = ("extensions", "extension_id", "decided", {**granted, "comment": reason})
        case Move.OPINE:
            meant = {name: data.get(name) for name in ("measure", "new_deadline")}
            made = ("handling_opinions", "handling_opinion_id", "opined", {**meant, "opinion": reason})
        case Move.REPLY:
            answered = {"text": reason, "handling_opinion_id": data.get("handling_opinion_id")}
            made = ("replies", "reply_id", "replied", answered)
        case _:
            return
    table, key, done, columns = made
    if key in data:
        yield table, data[key], {**columns, f"{done}_at": event.at, f"{done}_by_id": event.actor_id}
