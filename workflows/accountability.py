"""Who owed what, since when, and how late it came: the authority's side, read from a finding's events.

«对督查不到位、未发现重大安全隐患，或发现问题而督促整改不到位等，导致发生重大安全事故的，要追究相关人员的责任» (notice,
part 4, paragraph 3). The clocks are those of `workflows.findings.clocks.awaited`; here they are seen afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.feedback import feedback_light
from workflows.findings.clocks import allowed_days, breach_at
from workflows.journal import JournalAct, SubjectKind
from workflows.rules import Rules
from workflows.vocabulary import AUTHORITY_CLOCKS, Clock, Light, Move, State

DAY = timedelta(days=1)


class Aspect(StrEnum):
    """Which question of accountability an entry answers."""

    INSPECTED = "inspected"  # 谁查了: sheets opened and closed, and their feedback
    FOUND = "found"  # 谁发现
    URGED = "urged"  # 谁督促: reminders, breaches, the clock's alerts
    DECIDED = "decided"  # 谁决定: notices, extensions, reviews, opinions, replies, withdrawals, closings
    ACTED = "acted"  # what the unit itself did
    HEARD = "heard"  # 谁知悉


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One event of a finding, as far as accountability reads it."""

    at: datetime
    move: Move
    before: State | None
    after: State
    level: int
    step: str | None = None
    due_at: datetime | None = None  # of a breach: when it was due


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that the authority's side owed: since when, and until when if it came."""

    clock: Clock
    since: datetime
    level: int  # of escalation when it began, which decides who reviews
    until: datetime | None = None
    breach_due_at: datetime | None = None  # as it was reckoned when its first breach was recorded
    tellings: int = 0  # breaches that were recorded


@dataclass(frozen=True, slots=True)
class Owed:
    """A wait with its time limit; `late_by` is none when it ended in time, or is still running in time."""

    since: datetime
    due_at: datetime
    until: datetime | None  # none: still running, or never done when the round closed
    late_by: timedelta | None
    late_working_days: int
    tellings: int
    light: Light | None  # none: no longer running

    @property
    def breached(self) -> bool:
        return self.late_by is not None


def aspect_of(move: Move, *, by_clock: bool) -> Aspect:
    """The aspect of a finding's event; who escalates decides, while the clock's escalation urges."""
    if move is Move.LOG:
        return Aspect.FOUND
    if move is Move.ACKNOWLEDGE:
        return Aspect.HEARD
    if by_clock:
        return Aspect.URGED
    return Aspect.ACTED if move in (Move.BEGIN, Move.SUBMIT, Move.ASK_EXTENSION) else Aspect.DECIDED


def aspect_of_entry(kind: SubjectKind, act: JournalAct) -> Aspect:
    """The aspect of an entry of the journal, about a sheet, a weekly report, a unit or a round."""
    if act in _URGING:
        return Aspect.URGED
    if kind is SubjectKind.INSPECTION:
        return Aspect.INSPECTED
    return Aspect.DECIDED if kind is SubjectKind.ROUND else Aspect.ACTED


_URGING = (JournalAct.REMIND, JournalAct.LATE, JournalAct.MISSING, JournalAct.BREACH)


def waits(events: Iterable[PastEvent]) -> list[Wait]:
    """Everything that the authority's side owed on one finding, in the order in which it began."""
    running: dict[Clock, Wait] = {}
    ended: list[Wait] = []
    for event in events:
        done = [clock for clock in running if _ends(clock, event)]
        ended += [replace(running.pop(clock), until=event.at) for clock in done]
        for clock in _begun(event):
            running.setdefault(clock, Wait(clock, event.at, event.level))
        breached = _breached_clock(event)
        if breached in running:
            wait = running[breached]
            running[breached] = replace(
                wait, tellings=wait.tellings + 1, breach_due_at=wait.breach_due_at or event.due_at
            )
    return sorted([*ended, *running.values()], key=lambda wait: wait.since)


def owed(wait: Wait, rules: Rules, *, now: datetime, silent_since: datetime | None = None) -> Owed:
    """The wait under the rules of its finding; `silent_since` is when the round was closed."""
    due_at = wait.breach_due_at or breach_at(rules, since=wait.since, days=allowed_days(rules, wait.clock), last=None)
    return judged(
        wait.since, due_at, wait.until, rules.calendar, now=now, silent_since=silent_since, tellings=wait.tellings
    )


def judged(
    since: datetime,
    due_at: datetime,
    until: datetime | None,
    calendar: Calendar,
    *,
    now: datetime,
    silent_since: datetime | None = None,
    tellings: int = 0,
) -> Owed:
    """What was due at `due_at`, with how late it came or is, and its light while it is running."""
    stops_at = until or silent_since
    seen_at = stops_at or now
    late = seen_at > due_at or tellings > 0  # at the very instant that it was due, the clock was first
    running = stops_at is None
    return Owed(
        since=since,
        due_at=due_at,
        until=until,
        late_by=seen_at - due_at if late else None,
        late_working_days=_working_days(calendar, due_at, seen_at) if late else 0,
        tellings=tellings,
        light=feedback_light(due_at, closed=False, calendar=calendar, now=now) if running else None,
    )


def _begun(event: PastEvent) -> Iterator[Clock]:
    if event.move is Move.LOG:
        yield Clock.NOTIFICATION
    if event.move is Move.SUBMIT:
        yield Clock.REVIEW  # a newer submission restarts nothing
    if event.move is Move.ASK_EXTENSION:
        yield Clock.DECISION
    if event.after is State.ESCALATED and event.before is not State.ESCALATED:
        yield Clock.OPINION


def _ends(clock: Clock, event: PastEvent) -> bool:
    if event.move is Move.VOID:
        return True
    match clock:
        case Clock.NOTIFICATION:
            return event.after is not State.FOUND
        case Clock.REVIEW:
            return event.move in (Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL)
        case Clock.DECISION:
            decided = event.move in (Move.GRANT_EXTENSION, Move.DENY_EXTENSION)
            return decided or event.after in (State.ESCALATED, State.VERIFIED)  # which close the request
        case _:
            return event.move is Move.OPINE or event.after is State.VERIFIED


def _breached_clock(event: PastEvent) -> Clock | None:
    """The clock of the authority whose breach the event is; none for any other event."""
    return Clock(event.step) if event.move is Move.BREACH and event.step in list(AUTHORITY_CLOCKS) else None


def _working_days(calendar: Calendar, after: datetime, until: datetime) -> int:
    """Working days that began after the day of one instant, up to the day of the other."""
    first, last = calendar.local_date(after), calendar.local_date(until)
    days: Sequence[int] = range(1, (last - first).days + 1)
    return sum(calendar.is_working_day(first + offset * DAY) for offset in days)
