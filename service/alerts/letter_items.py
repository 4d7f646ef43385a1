"""The items of a letter: a finding, or another subject, with its steps in order of time, and what it is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Self

from service.alerts.texts import FindingDetails, ReadableAlert
from service.wording import FindingAlertFields, moment, one_line, short_moment, word, written
from workflows.findings.settled import UP, Step, worth_telling
from workflows.vocabulary import Measure, Move, State

INDENT = " " * 3
SHORT, LONG = 120, 400  # letters of a summary or requirement, and of an opinion: what is longer is read in the system
_NEVER = datetime.max.replace(tzinfo=UTC)
_QUOTED: Mapping[str, str] = {
    Move.OPINE: "opinion",
    Move.REPLY: "reply_text",
    Move.REVIEW_PARTIAL: "review_text",
    Move.REVIEW_FAIL: "review_text",
}


@dataclass(frozen=True, slots=True)
class LetterItem:
    """One subject of a letter, with the alerts that are still worth telling, in order of time."""

    alerts: Sequence[ReadableAlert]
    acknowledge_by: datetime | None  # the first instant, of what is settled as well

    @classmethod
    def of(cls, alerts: Iterable[ReadableAlert]) -> Self:
        """The item of all alerts about one subject."""
        in_order = sorted(alerts, key=lambda alert: (alert.created_at, alert.position, -alert.fields.urgency, alert.id))
        telling = worth_telling([_step(alert) for alert in in_order])
        told = [alert for alert, is_telling in zip(in_order, telling, strict=True) if is_telling]
        return cls(told, min((alert.acknowledge_by for alert in in_order if alert.acknowledge_by), default=None))

    @property
    def worst(self) -> ReadableAlert:
        """The most urgent of its alerts; of those alike the newest."""
        return min(reversed(self.alerts), key=lambda alert: alert.fields.urgency)

    @property
    def rank(self) -> tuple[int, datetime, str]:
        """Where it stands in the letter: the most urgent first, then the oldest deadline."""
        fields = self.worst.fields
        return fields.urgency, fields.deadline_then or _NEVER, fields.number

    def lines(self, number: int | None, language: str, base_url: str, zone: tzinfo) -> list[str]:
        """Its steps, what it is about, and its link; numbered when there are several items."""
        first, *others = steps = self._steps(language, zone)
        if number is not None:
            first = written("letters", "line", language, ordinal=number, text=first)
        details = self.alerts[-1].details
        about = [*(_about(details, steps, language, zone) if details else ()), *self._quotes(language)]
        return [first, *(INDENT + line for line in (*others, *about)), f"{INDENT}{base_url}/{self.worst.path}", ""]

    def _steps(self, language: str, zone: tzinfo) -> list[str]:
        """A sentence for each step; several carry their time."""
        texts = [one_line(alert.fields.text(language, zone)) for alert in self.alerts]
        if len(texts) == 1:
            return texts
        times = [short_moment(alert.created_at, language, zone) for alert in self.alerts]
        return [written("letters", "step", language, at=at, text=text) for at, text in zip(times, texts, strict=True)]

    def _quotes(self, language: str) -> Iterator[str]:
        """What was decided and said, of what its reader may read."""
        for alert in self.alerts:
            key = _QUOTED.get(alert.fields.kind)
            if key and alert.details and alert.reason:
                named = alert.fields.data.get("measure")
                measure = word(Measure(named), language) if named else ""
                yield written("letters", key, language, text=_shortened(alert.reason, LONG), measure=measure)


def items_of(alerts: Iterable[ReadableAlert]) -> list[LetterItem]:
    """An item for each subject, the most urgent first."""
    of_subject: dict[str, list[ReadableAlert]] = defaultdict(list)
    for alert in alerts:
        of_subject[alert.subject_id].append(alert)
    return sorted(map(LetterItem.of, of_subject.values()), key=lambda item: item.rank)


def _about(details: FindingDetails, steps: Sequence[str], language: str, zone: tzinfo) -> Iterator[str]:
    """Problem, requirement and deadline, unless one of the steps has just named it."""
    summary, place = _shortened(details.summary, SHORT), _shortened(details.place or "", SHORT)
    yield written("letters", "problem_at" if place else "problem", language, summary=summary, place=place)
    if details.requirement:
        yield written("letters", "requirement", language, requirement=_shortened(details.requirement, SHORT))
    if details.deadline:
        deadline = moment(details.deadline, language, zone)
    elif details.working_days:
        deadline = written("letters", "from_receipt", language, days=details.working_days)
    else:
        return
    if not any(deadline in step for step in steps):
        yield written("letters", "deadline", language, deadline=deadline)


def _step(alert: ReadableAlert) -> Step:
    fields = alert.fields
    if not isinstance(fields, FindingAlertFields):
        return Step(fields.kind, alert.created_at)
    went_up = fields.to_state is State.ESCALATED and fields.from_state is not State.ESCALATED
    is_ladder = fields.kind.startswith(Move.ESCALATE)
    return Step(fields.kind + UP if went_up and not is_ladder else fields.kind, alert.created_at)


def _shortened(text: str, length: int) -> str:
    line = one_line(text)
    return line if len(line) <= length else line[:length].rstrip() + "……"
