"""What the law reads of one finding, and what a move changes on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from workflows.vocabulary import Clock, Origin, Role, Severity, State


class Progress(NamedTuple):
    """How far a clock with several steps has come."""

    steps: int  # steps that were recorded
    at: datetime  # when the last one was


@dataclass(slots=True)
class Facts:
    """One finding as the law sees it; instants are aware and in UTC."""

    severity: Severity
    origin: Origin
    unit_id: str
    unit_is_district: bool  # annex 2 is about district offices, annex 1 about universities
    district_id: str
    created_at: datetime
    state: State = State.FOUND
    escalation_level: int = 0  # 0 none, 1 leadership team, 2 bureau and committee
    cycle: int = 1  # counts the times that the deadline was set anew
    recurrences: int = 0  # times that a look-back (回头看) found it again
    failures: int = 0  # failed reviews of this cycle
    partials: int = 0  # partial reviews of this cycle
    notified_at: datetime | None = None
    received_at: datetime | None = None
    receipt_deemed: bool = False  # nobody signed in time: the receipt was deemed by the clock
    receipt_signed: bool = False  # the unit itself signed, or submitted, which counts as signing
    working_days: int | None = None  # the deadline's length when it counts from receipt
    deadline: datetime | None = None  # kept inclusive
    original_deadline: datetime | None = None
    stopped_at: datetime | None = None  # when a submission stopped the deadline that still ran
    overdue_at: datetime | None = None  # the first instant after the deadline that was missed
    escalated_at: datetime | None = None  # when it last entered `escalated`
    reported_at: datetime | None = None  # when bureau and committee last heard
    verified_at: datetime | None = None
    voided_at: datetime | None = None
    pending_submission_id: str | None = None
    submitted_late: bool = False  # of the pending submission, judged when it came
    awaiting_review_since: datetime | None = None  # a newer submission restarts nothing
    pending_extension_id: str | None = None
    extension_asked_at: datetime | None = None
    extensions: int = 0  # granted in this cycle
    opinion_awaited_since: datetime | None = None
    progress: Mapping[Clock, Progress] = field(default_factory=dict)

    @property
    def awaiting_review(self) -> bool:
        return self.pending_submission_id is not None

    @property
    def closed(self) -> bool:
        """Verified or void: no clock runs any more."""
        return self.state is State.VERIFIED or self.voided_at is not None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves: a person with role, organization and the districts of the team or leader."""

    role: Role
    id: str | None = None
    organization_id: str | None = None
    district_ids: frozenset[str] = frozenset()


CLOCK = Actor(Role.SYSTEM)
