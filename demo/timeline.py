"""A finding's history as a leader reads it: when, who, what, the state then, and who was told."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from service.findings.read import events_of
from service.records.recipients import AlertedPerson, recipients_of_events
from service.wording import moment, word
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, TEAM_ROLES, UPWARD_ROLES, Measure, Move, Role, State

INDENT = " " * 4
_ORDER = (Role.UNIVERSITY, Role.DISTRICT, *CENTRE_ROLES, *UPWARD_ROLES)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One finding's history in one language."""

    finding: Any  # rows of the books, which doors read and do not name
    events: Sequence[Any]
    told: Mapping[str, Sequence[AlertedPerson]]  # by event
    language: str
    zone: tzinfo

    @classmethod
    def of(cls, session: Session, finding: Any, *, actor: Actor, language: str, zone: tzinfo) -> "Timeline":
        """The history as far as the actor sees it."""
        return cls(
            finding, events_of(session, finding, actor=actor), recipients_of_events(session, finding.id), language, zone
        )

    def lines(self) -> Iterator[str]:
        """Every step on a line, below it whom it was told to; acknowledgements of one moment on one line."""
        deadline = ""
        for _, together in groupby(self.events, key=_moment):
            steps = list(together)
            for event in steps:
                if event.move is not Move.ASK_EXTENSION:
                    deadline = event.data.get("deadline") or deadline
            event = steps[-1]
            state = word(event.to_state, self.language)
            yield f"{self._stamp(event.at)} 〔{state}〕 {self._who(steps)}{self._what(event, deadline)}"
            if people := self.told.get(event.id):
                yield INDENT + self._phrase("told", people=self._names(people))

    def outcome(self) -> str:
        """How it ended, how long it took, how many were told."""
        people = {person.id for heard in self.told.values() for person in heard}
        days = (self.events[-1].at.astimezone(self.zone).date() - self.events[0].at.astimezone(self.zone).date()).days
        alerts = sum(len(heard) for heard in self.told.values())
        state = word(self.finding.state, self.language)
        return self._phrase("outcome", state=state, days=days, people=len(people), alerts=alerts)

    def _at(self, at: datetime) -> str:
        """Without the year, which stands at the top."""
        said = moment(at, self.language, self.zone)
        return said.partition("年")[2] if self.language == "zh" else said.rpartition(" ")[0]

    def _stamp(self, at: datetime) -> str:
        """A column of equal width, with the day of the week: a worked Saturday is to be seen."""
        local = at.astimezone(self.zone)
        weekday = self._phrase("weekdays").split()[local.weekday()]
        return f"{local:%m-%d} {weekday} {local:%H:%M}"

    def _who(self, steps: Sequence[Any]) -> str:
        who = self._phrase("between").join(dict.fromkeys(map(self._by, steps)))
        return f"{who}：" if self.language == "zh" else f"{who}: "

    def _by(self, event: Any) -> str:
        if event.actor is None:
            return self._phrase("clock")
        outside = event.actor_role in _NAMED_BY_UNIT
        role = event.actor.organization.name if outside else self._role(event.actor_role)
        return self._phrase("one", name=event.actor.name, role=role)

    def _what(self, event: Any, deadline: str) -> str:
        kind = f"{event.move}.{event.step}" if event.step else str(event.move)
        step: str = _texts()["step"][kind][self.language].format_map(self._blanks(event, deadline))
        went_up = event.to_state is State.ESCALATED and event.from_state is not State.ESCALATED
        if went_up and event.move is not Move.ESCALATE:
            step += self._phrase("went_up", level=self._phrase(f"level_{event.escalation_level}"))
        return step

    def _blanks(self, event: Any, deadline: str) -> dict[str, str]:
        """What the event says of itself; `until` only when it moved the deadline, else the one that was known then."""
        data = {name: "" if value is None else str(value) for name, value in event.data.items()}
        moved = data.get("deadline")
        data["deadline"] = self._at(datetime.fromisoformat(moved or deadline)) if moved or deadline else ""
        data["until"] = self._phrase("until", deadline=data["deadline"]) if moved else ""
        if data.get("working_days"):
            data["deadline"] = self._phrase("from_receipt", days=data["working_days"])
        if data.get("measure"):
            data["measure"] = word(Measure(data["measure"]), self.language)
        return {**data, "reason": event.reason or ""}

    def _names(self, people: Sequence[AlertedPerson]) -> str:
        """Units by their names, those inside by what they are; each once, from the unit upward."""
        inward = sorted(people, key=lambda person: _ORDER.index(person.role))
        said = dict.fromkeys(self._told_as(person) for person in inward)
        return self._phrase("between").join(said)

    def _told_as(self, person: AlertedPerson) -> str:
        if person.role in _NAMED_BY_UNIT:
            return person.organization
        if person.role in TEAM_ROLES:
            return self._phrase("team")
        if person.role is Role.LEADER:
            return self._phrase("one", name=person.name, role=self._role(person.role))
        return self._role(person.role)

    def _role(self, role: Role) -> str:
        return word(role, self.language)

    def _phrase(self, key: str, /, **blanks: object) -> str:
        return phrase(key, self.language, **blanks)


_NAMED_BY_UNIT = (Role.UNIVERSITY, Role.DISTRICT)


def phrase(key: str, language: str, /, **blanks: object) -> str:
    """A phrase of demo/timeline.toml, its blanks filled."""
    text: str = _texts()["phrase"][key][language]
    return text.format(**blanks)


def _moment(event: Any) -> tuple[datetime, str]:
    """What is one line: acknowledgements of one moment, else the event itself."""
    return event.at, "" if event.move is Move.ACKNOWLEDGE else event.id


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("demo") / "timeline.toml").read_text("utf-8"))
