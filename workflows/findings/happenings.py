"""What the law hands back: moves that took effect, to be recorded and told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.vocabulary import Addressee, Move, State


@dataclass(frozen=True, slots=True)
class Happening:
    """One move that took effect on one finding."""

    move: Move
    before: State | None  # none for `log`
    after: State
    escalation_level: int
    step: str | None = None  # which rung, reminder or breach
    due_at: datetime | None = None  # the instant it was due, when the clock moved
    hears: tuple[Addressee, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return f"{self.move}.{self.step}" if self.step else str(self.move)
