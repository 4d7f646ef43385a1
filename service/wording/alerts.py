"""The texts of alerts: one sentence for its reader, a label and an urgency; those of findings."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, ClassVar

from service.wording.above import BOTH, blanks_of_above
from service.wording.moments import days_between, moment
from service.wording.texts import filled, word, wording, written
from workflows.findings.event_deadlines import deadlines_of
from workflows.findings.facts import Actor, Assigned, Facts
from workflows.findings.sides import decider_of, overseer_of, reviewer_of, sides_of
from workflows.vocabulary import LAST_LEVEL, UNIT_ROLES, Addressee, Origin, Role, Severity, Side, State

# Who is several of these is spoken to as the first of these that the text knows.
_SIDES = (
    Side.UNIT,
    Side.DECIDER,
    Side.REVIEWER,
    Side.LEADERSHIP,
    Side.RESPONSIBLE_LEADER,
    Side.OVERSEER,
    Side.UPWARD,
)
_ROUND = "its own"  # whoever is told of a finding has to do with its round


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFields(ABC):
    """An alert with what its text needs: of what happened, and who reads it; a subclass for each file of texts."""

    FILE: ClassVar[str]  # its texts: a table for each kind, with `urgency`, and texts for each language
    SUBJECT: ClassVar[str]  # of a letter about one of them: a key of letters.toml

    kind: str
    at: datetime
    actor_role: Role
    data: Mapping[str, Any]  # of the event or entry
    reader_role: Role
    reader_organization_id: str

    def text(self, language: str, zone: tzinfo) -> str:
        """What the alert says to its reader: number, unit, step and deadline, never the problem itself."""
        text = self._text_for_reader(self._texts(language))
        if text is None:
            return written(self.FILE, self.kind, language)
        sentence = filled(text, self._blanks(language, zone))
        return self._marks(language) + sentence[:1].upper() + sentence[1:]

    def label(self, language: str) -> str:
        """The kind in a word or two, as it is counted in a subject: «逾期»."""
        label = self._texts(language).get("label") or written(self.FILE, self.kind, language)
        return filled(label, self._blanks_of_label(language)) if "{" in label else label

    @property
    def urgency(self) -> int:
        """Where it stands among others: the smaller, the further up."""
        return int(self._entry().get("urgency", 100))

    def _texts(self, language: str) -> Mapping[str, str]:
        texts: Mapping[str, str] = self._entry().get(language, {})
        return texts

    def _marks(self, _language: str) -> str:
        """What stands before the sentence."""
        return ""

    def _blanks_of_label(self, _language: str) -> dict[str, str]:
        """What fills the blanks of the label."""
        return {}

    @abstractmethod
    def _entry(self) -> Mapping[str, Any]:
        """The table of the file for this alert; empty when nobody has worded it."""

    @abstractmethod
    def _text_for_reader(self, texts: Mapping[str, str]) -> str | None:
        """The text that speaks to this reader."""

    @abstractmethod
    def _blanks(self, language: str, zone: tzinfo) -> dict[str, str]:
        """What fills the blanks of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAlertFields(AlertFields):
    """An alert about a finding; its reader is spoken to by what he or she is to the finding."""

    FILE: ClassVar[str] = "alerts"
    SUBJECT: ClassVar[str] = "subject_one"

    from_state: State | None
    to_state: State
    escalation_level: int
    number: str
    severity: Severity
    origin: Origin
    unit: str  # the organization's name
    unit_id: str
    district_id: str
    deadline: datetime | None  # the finding's present one; that of the event goes before it
    working_days: int | None
    above: Sequence[Addressee] = BOTH  # the offices above that there are, by the policy that it goes by

    @property
    def deadline_then(self) -> datetime | None:
        """The deadline as the event knew it, so that an old alert does not change its words."""
        then = deadlines_of(self.kind.partition(".")[0], self.data).spoken_of
        return datetime.fromisoformat(then) if then else self.deadline

    def _entry(self) -> Mapping[str, Any]:
        entries = wording(self.FILE)
        went_up = self.to_state is State.ESCALATED and self.from_state is not State.ESCALATED
        kind = self.kind
        if went_up and f"{self.kind}.up" in entries:
            kind = f"{self.kind}.up"
        elif self.from_state is State.FOUND and f"{self.kind}.found" in entries:
            kind = f"{self.kind}.found"
        entry: Mapping[str, Any] = entries.get(kind, {})
        return entry

    def _text_for_reader(self, texts: Mapping[str, str]) -> str | None:
        # Whoever is told of a finding is of its own team, or its own leader.
        own = frozenset({Assigned(_ROUND, self.district_id)})
        reader = Actor(self.reader_role, None, self.reader_organization_id, own)
        sides = sides_of(reader, self._facts())
        return next((texts[side] for side in _SIDES if side in sides and side in texts), None) or texts.get("hear")

    def _marks(self, language: str) -> str:
        marks = []
        if self.data.get("awaiting_review") and self.kind != "breach.review":  # which says so itself
            marks.append(written("letters", "awaiting_review", language))
        if self.data.get("opinion_overdue") and self.reader_role not in UNIT_ROLES:  # it was late inside the centre
            marks.append(written("letters", "opinion_overdue", language))
        return "".join(marks)

    def _blanks(self, language: str, zone: tzinfo) -> dict[str, str]:
        facts, level, above = self._facts(), self.escalation_level, self._blanks_of_label(language)
        sides = {"overseer": overseer_of(facts), "reviewer": reviewer_of(facts), "decider": decider_of(facts)}
        return {
            "number": self.number,
            "unit": self.unit,
            **above,
            "level": above["above"] if level == LAST_LEVEL else written("letters", f"level_{level}", language),
            "actor": word(self.actor_role, language),
            "stage": str(self.data.get("stage", 1)),
            **{blank: written("letters", side, language) for blank, side in sides.items()},
            **self._blanks_of_deadline(language, zone),
        }

    def _blanks_of_label(self, language: str) -> dict[str, str]:
        return blanks_of_above(self.above, language)

    def _blanks_of_deadline(self, language: str, zone: tzinfo) -> dict[str, str]:
        deadline = self.deadline_then
        if deadline is None:
            days = self.working_days
            counted = written("letters", "from_receipt", language, days=days) if days else None
            return {"deadline": counted or written("letters", "no_deadline", language), "until": "", "days": ""}
        by = moment(deadline, language, zone)
        left = days_between(self.at, deadline, zone)
        until = written("letters", "until", language, deadline=by) if deadline > self.at else ""
        key = {0: "due_today", 1: "due_tomorrow"}.get(left, "due_in")
        return {"deadline": by, "until": until, "days": written("letters", key, language, days=left)}

    def _facts(self) -> Facts:
        return Facts(
            severity=self.severity,
            origin=self.origin,
            unit_id=self.unit_id,
            unit_is_district=self.unit_id == self.district_id,
            district_id=self.district_id,
            round_id=_ROUND,
            created_at=self.at,
            state=self.to_state,
            escalation_level=self.escalation_level,
        )
