"""A finding's history as a leader reads it: when, who, what, the state then, and who was told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from demo.texts import texts
from service.findings.read import events_of
from service.records.recipients import AlertedPerson, recipients_of_events
from service.wording import moment, word
from workflows.findings.event_deadlines import deadlines_of
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, TEAM_ROLES, UNIT_ROLES, UPWARD_ROLES, Measure, Move, Role, State

FILE = "history.toml"
INDENT = " " * 4
# from the unit upward
_ORDER = (*UNIT_ROLES, *CENTRE_ROLES, *UPWARD_ROLES)


def phrase(key: str, language: str, /, **blanks: object) -> str:
    """A phrase of demo/history.toml, its blanks filled."""
    text: str = texts(FILE, language)["phrase"][key]
    return text.format(**blanks)


@dataclass(frozen=True, slots=True)
class History:
    """One finding's events and those who were told of each, in one language and time zone."""

    finding: Any  # rows of the books, which doors read and do not name
    events: Sequence[Any]
    recipients: Mapping[str, Sequence[AlertedPerson]]  # by event
    language: str
    zone: tzinfo

    @classmethod
    def of(cls, session: Session, finding: Any, *, actor: Actor, language: str, zone: tzinfo) -> "History":
        """The history as far as the actor sees it."""
        recipients = recipients_of_events(session, finding.id)
        return cls(finding, events_of(session, finding, actor=actor), recipients, language, zone)

    def lines(self) -> Iterator[str]:
        """A line for every event, below it whom it was told to; acknowledgements of one moment share a line."""
        for _, together in groupby(self.events, key=_on_one_line):
            steps = list(together)
            event = steps[-1]
            state = word(event.to_state, self.language)
            who = self._phrase("between").join(dict.fromkeys(map(self._actor, steps)))
            colon = "：" if self.language == "zh" else ": "
            yield f"{self._time(event.at)} 〔{state}〕 {who}{colon}{self._what(event)}"
            if people := self.recipients.get(event.id):
                yield INDENT + self._phrase("told", people=self._names(people))

    def outcome(self) -> str:
        """The last state, the days until then, and how many people were told how often."""
        people = {person.id for alerted in self.recipients.values() for person in alerted}
        first, last = (event.at.astimezone(self.zone).date() for event in (self.events[0], self.events[-1]))
        alerts = sum(map(len, self.recipients.values()))
        state = word(self.finding.state, self.language)
        return self._phrase("outcome", state=state, days=(last - first).days, people=len(people), alerts=alerts)

    def _time(self, at: datetime) -> str:
        """A column of equal width, with the day of the week: a worked Saturday is to be seen."""
        local = at.astimezone(self.zone)
        weekday = self._phrase("weekdays").split()[local.weekday()]
        return f"{local:%m-%d} {weekday} {local:%H:%M}"

    def _actor(self, event: Any) -> str:
        if event.actor is None:
            return self._phrase("clock")
        by_unit = event.actor_role in UNIT_ROLES
        role = event.actor.organization.name if by_unit else word(event.actor_role, self.language)
        return self._phrase("one", name=event.actor.name, role=role)

    def _what(self, event: Any) -> str:
        kind = f"{event.move}.{event.step}" if event.step else str(event.move)
        text: str = texts(FILE, self.language)["step"][kind]
        step = text.format_map(self._blanks(event))
        went_up = event.to_state is State.ESCALATED and event.from_state is not State.ESCALATED
        if went_up and event.move is not Move.ESCALATE:
            step += self._phrase("went_up", level=self._phrase(f"level_{event.escalation_level}"))
        return step

    def _blanks(self, event: Any) -> dict[str, str]:
        """The event's own data; `deadline` is the one it speaks of, `until` is there only when it set that."""
        data = {name: "" if value is None else str(value) for name, value in event.data.items()}
        deadlines = deadlines_of(event.move, event.data)
        data["deadline"] = self._without_year(deadlines.spoken_of) if deadlines.spoken_of else ""
        data["until"] = self._phrase("until", deadline=data["deadline"]) if deadlines.set else ""
        if data.get("working_days"):
            data["deadline"] = self._phrase("from_receipt", days=data["working_days"])
        if data.get("measure"):
            data["measure"] = word(Measure(data["measure"]), self.language)
        return {**data, "reason": event.reason or ""}

    def _without_year(self, deadline: str) -> str:
        """An instant in ISO 8601 in words, without the year, which stands at the top."""
        text = moment(datetime.fromisoformat(deadline), self.language, self.zone)
        return text.partition("年")[2] if self.language == "zh" else text.rpartition(" ")[0]

    def _names(self, people: Sequence[AlertedPerson]) -> str:
        """Units by their names, those inside by what they are; each once, from the unit upward."""
        upward = sorted(people, key=lambda person: _ORDER.index(person.role))
        return self._phrase("between").join(dict.fromkeys(map(self._recipient, upward)))

    def _recipient(self, person: AlertedPerson) -> str:
        if person.role in UNIT_ROLES:
            return person.organization
        if person.role in TEAM_ROLES:
            return self._phrase("team")
        role = word(person.role, self.language)
        return self._phrase("one", name=person.name, role=role) if person.role is Role.LEADER else role

    def _phrase(self, key: str, /, **blanks: object) -> str:
        return phrase(key, self.language, **blanks)


def _on_one_line(event: Any) -> tuple[datetime, str]:
    return event.at, "" if event.move is Move.ACKNOWLEDGE else event.id
