"""The policy's sections on findings: reminders, clocks, the ladder, reviews, extensions, and who hears."""

from collections.abc import Mapping
from datetime import time
from typing import Literal

from workflows.policy.table import Addressees, AtLeastOne, Count, Table
from workflows.vocabulary import AUTHORITY_CLOCKS, Addressee, Move, Origin, Role, Severity

_STEPS = {
    Move.LOG: (*Severity, "proposed"),
    Move.ESCALATE: ("1", "2"),
    Move.REMIND: ("deadline", "opinion"),
    Move.BREACH: (*AUTHORITY_CLOCKS, "acknowledgement"),
}
EVENT_KINDS = frozenset(
    kind for move in Move for kind in ([f"{move}.{step}" for step in _STEPS[move]] if move in _STEPS else [str(move)])
)  # every kind of event that `hears` may name

# who hears where a policy was kept before there was such an event
UNNAMED = {"log.proposed": (Addressee.OVERSEER,), "recount": (Addressee.UNIT, Addressee.OVERSEER)}


class Reminder(Table, frozen=True):
    """One reminder of the unit before its deadline; 0 days before is the deadline's own day."""

    working_days_before: Count
    at: time  # in the calendar's zone


class BySeverity(Table, frozen=True):
    """One number for each severity; a new severity needs a default here, for policies that were kept before it."""

    major: Count
    general: Count

    def of(self, severity: Severity) -> int:
        """The number of this severity; the table has a field for each."""
        number: int = getattr(self, str(severity))
        return number


class Clocks(Table, frozen=True):
    """Working days within which each side has to act."""

    receipt: AtLeastOne
    notification: AtLeastOne
    review: AtLeastOne
    decision: AtLeastOne
    opinion: AtLeastOne


class Ladder(Table, frozen=True):
    """How an overdue finding climbs; durations in working days, the repeat in days."""

    leadership_after: BySeverity
    report_without_opinion_after: AtLeastOne | Literal["never"]
    warn_before_report: Count
    repeat_after_days: AtLeastOne


class Reviews(Table, frozen=True):
    """What reviews lead to, and how long a resumed deadline runs at least."""

    failures: BySeverity
    partials: Count
    grace_working_days: AtLeastOne


class Extensions(Table, frozen=True):
    """How often and how far a deadline may be moved within one cycle."""

    at_most: Count
    longest_working_days: AtLeastOne  # counted from the original deadline


class Evidence(Table, frozen=True):
    """How many pieces of evidence an act needs."""

    submission: BySeverity
    settlement: AtLeastOne


class Acknowledgement(Table, frozen=True):
    """Which alerts have to be acknowledged, and who hears when they are not."""

    wanted_from: tuple[Role, ...]
    within_working_days: AtLeastOne
    next_above: Mapping[Role, Addressee]


class Hears(Table, frozen=True):
    """Who hears of each kind of event: for all, and what differs by origin."""

    all: Mapping[str, Addressees]
    centre: Mapping[str, Addressees] = {}
    district: Mapping[str, Addressees] = {}
    unit: Mapping[str, Addressees] = {}

    def by_origin(self) -> dict[Origin, dict[str, Addressees]]:
        """Who hears of each kind of event, by the finding's origin."""
        return {origin: {**UNNAMED, **self.all, **getattr(self, str(origin))} for origin in Origin}
