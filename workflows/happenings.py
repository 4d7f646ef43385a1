"""What the law hands back: moves that took effect, to be recorded and told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.vocabulary import Clock, Hearer, Move, State

AUTHORITY = (Clock.NOTIFICATION, Clock.REVIEW, Clock.DECISION, Clock.OPINION)

_STEPS = {
    Move.LOG: ("general", "major", "proposed"),
    Move.ESCALATE: ("1", "2"),
    Move.REMIND: ("deadline", "opinion"),
    Move.BREACH: (*AUTHORITY, "acknowledgement"),
}
KINDS = frozenset(
    kind for move in Move for kind in ([f"{move}.{step}" for step in _STEPS[move]] if move in _STEPS else [str(move)])
)  # every kind of event that a policy may name a hearer for


@dataclass(frozen=True, slots=True)
class Happening:
    """One move that took effect on one finding."""

    move: Move
    before: State | None  # none for `log`
    after: State
    escalation_level: int
    step: str | None = None  # which rung, reminder or breach
    due_at: datetime | None = None  # the instant it was due, when the clock moved
    hears: tuple[Hearer, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return f"{self.move}.{self.step}" if self.step else str(self.move)
