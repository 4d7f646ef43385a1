"""What the law reads of one finding, and what a move changes on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from workflows.rules import FILLED, Vacant
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
    round_id: str
    created_at: datetime
    state: State = State.FOUND
    escalation_level: int = 0  # 0 none, 1 leadership team, 2 bureau and committee
    cycle: int = 1  # counts the times that the deadline was set anew
    recurrences: int = 0  # times that a look-back (回头看) found it again
    failures: int = 0  # failed reviews of this cycle
    partials: int = 0  # partial reviews of this cycle
    failures_in_all: int = 0  # failed reviews of all cycles
    highest_level: int = 0  # that it was ever escalated to
    notified_at: datetime | None = None
    received_at: datetime | None = None
    receipt_deemed: bool = False  # nobody signed in time: the receipt was deemed by the clock
    receipt_signed: bool = False  # the unit itself signed, or submitted, which counts as signing
    working_days: int | None = None  # the deadline's length when it counts from receipt
    deadline: datetime | None = None  # kept inclusive
    original_deadline: datetime | None = None  # of this cycle, before extensions
    first_deadline: datetime | None = None  # the original one of the first cycle that had any
    # A deadline that was counted in working days before the holidays of its year were known is provisional:
    provisional_from: datetime | None = None  # from when it was counted; none: the deadline stands as it is
    provisional_days: int | None = None  # how many working days
    provisional_limit: datetime | None = None  # the instant that the notice names as well
    stopped_at: datetime | None = None  # when a submission stopped the deadline that still ran
    overdue_at: datetime | None = None  # the first instant after the deadline that was missed
    first_overdue_at: datetime | None = None  # the same of the deadline that was missed first, whatever followed
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
    vacant: Vacant = FILLED  # of whom others act and hear in the place, as it is at this moment

    @property
    def awaiting_review(self) -> bool:
        return self.pending_submission_id is not None

    @property
    def closed(self) -> bool:
        """Verified or void: no clock runs any more."""
        return self.state is State.VERIFIED or self.voided_at is not None


class Assigned(NamedTuple):
    """A district that a team or responsible leader has within a round (包干分工)."""

    round_id: str
    district_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves: a person in one post, with what is assigned to it; `others` are the person's further posts (兼任)."""

    role: Role
    id: str | None = None
    organization_id: str | None = None
    assigned: frozenset[Assigned] = frozenset()
    others: tuple["Actor", ...] = ()
    kept_apart: bool = False  # the office keeps its three administrators apart: see workflows/administration.py

    @property
    def posts(self) -> tuple["Actor", ...]:
        """Each post as an actor of its own, the main one first."""
        return (self, *self.others)

    @property
    def district_ids(self) -> frozenset[str]:
        """The districts of all posts, whatever the round; an office has its own."""
        own = (post.organization_id for post in self.posts if post.role is Role.DISTRICT and post.organization_id)
        return frozenset((*(place.district_id for post in self.posts for place in post.assigned), *own))

    def holds(self, *roles: Role) -> bool:
        """Whether one of the posts has one of these roles."""
        return any(post.role in roles for post in self.posts)

    def in_post(self, *roles: Role) -> "Actor":
        """The person in the first post that has one of these roles, or else in the main one."""
        return next((post for post in self.posts if post.role in roles), self)

    def is_assigned(self, round_id: str, district_id: str) -> bool:
        """Whether this post's team or leader has the district within the round."""
        return Assigned(round_id, district_id) in self.assigned


CLOCK = Actor(Role.SYSTEM)
OPERATOR = Actor(Role.ADMIN)  # whoever sits at the machine and types commands, when no account is named
