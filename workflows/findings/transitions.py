"""Moves that took effect, with who hears of them: what the law hands back to be recorded."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from workflows.vocabulary import Addressee, Move, Role, State


class Particulars(TypedDict, total=False):
    """What the law writes into an event's data; instants as ISO 8601 text."""

    deadline_in_force: str  # the finding's deadline after the event, whenever it has one
    deadline_set: str  # the event gave the finding this deadline
    deadline_asked: str  # the unit asked for this one
    deadline_before: str  # of a recount: the deadline as it was
    stage: int  # of a clock of the authority: the 1st, 2nd, … breach
    awaiting_review: bool  # the clock moves while a submission waits for its review
    counts_as_failure: bool  # of a partial review: it was one too many
    opinion_overdue: bool  # reported up without an opinion (意见逾期)


@dataclass(frozen=True, slots=True)
class Transition:
    """One move that took effect on one finding."""

    move: Move
    before: State | None  # none for `log`
    after: State
    escalation_level: int
    step: str | None = None  # which rung, reminder or breach
    due_at: datetime | None = None  # the instant it was due, when the clock moved
    addressees: tuple[Addressee, ...] = ()
    data: Particulars = field(default_factory=Particulars)
    role: Role | None = None  # the post in which the person made it; none: the main one

    @property
    def kind(self) -> str:
        return f"{self.move}.{self.step}" if self.step else str(self.move)
