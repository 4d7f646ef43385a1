"""After the drain: is everything there that was promised, once, in time's order, and was everybody told?"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.models import Alert, Delivery, Event, Finding, Message, Person
from tests.chaos.expected import broken_promises, hearers
from tests.chaos.load import Call, Outcome
from tests.chaos.mail_log import Mail
from tests.worlds.http import Ids

ADMINISTRATOR = "admin"  # of tests.worlds.people
MARKED = ("summary", "requirement", "plan", "measures")


@dataclass(frozen=True, slots=True, order=True)
class Wait:
    """Where the time of one alert went, from due to the mail server: seconds until the end of each step."""

    mailed: float
    recorded: float
    grouped: float
    kind: str
    to: str

    def __str__(self) -> str:
        steps = {"recorded": self.recorded, "grouped": self.grouped, "mailed": self.mailed}
        return f"{self.kind} to {self.to}: " + ", ".join(f"{step} {after:.1f} s" for step, after in steps.items())


@dataclass(slots=True)
class Verdict:
    """What was found wrong, and how long things took."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # chains, columns, moves before their instant
    findings: int = 0
    events: int = 0
    alerts: int = 0
    mails: int = 0
    repeats: int = 0  # mails that came again under the same Message-ID
    recorded_after: list[float] = field(default_factory=list)  # seconds from due to recorded
    waits: list[Wait] = field(default_factory=list)

    @property
    def faultless(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


@dataclass(slots=True)
class Checker:
    """Reads the books and the mail server's log."""

    session: Session
    ids: Ids
    mails: Sequence[Mail]
    verdict: Verdict = field(default_factory=Verdict)
    begun: dict[str, float] = field(default_factory=dict)  # messages, and when alerts were grouped into them

    def check(self, calls: Sequence[Call]) -> Verdict:
        """Everything, one after the other."""
        findings = {finding.id: finding for finding in self.session.scalars(select(Finding))}
        events = self._events()
        alerts = self.session.scalars(select(Alert)).all()
        self.verdict.findings, self.verdict.alerts = len(findings), len(alerts)
        self.verdict.events, self.verdict.mails = sum(map(len, events.values())), len(self.mails)
        self._check_calls(calls, events)
        for finding in findings.values():
            self._check_history(finding, events[finding.id])
        self._check_alerts(alerts, events)
        self._check_mails(alerts, findings)
        self.verdict.wrong += [f"the audit finds {fault}" for fault in verify(self.session)]
        return self.verdict

    def _events(self) -> dict[str, list[Event]]:
        by_finding: dict[str, list[Event]] = defaultdict(list)
        for event in self.session.scalars(select(Event).order_by(Event.finding_id, Event.position)):
            by_finding[event.finding_id].append(event)
        return by_finding

    def _check_calls(self, calls: Sequence[Call], events: dict[str, list[Event]]) -> None:
        """Acknowledged: exactly one event. Refused: none. Never answered: one at most."""
        marks = Counter(mark for history in events.values() for event in history for mark in _marks(event))
        for call in calls:
            done, what = marks[call.mark], f"{call.path} ({call.outcome.name.lower()}, {call.tries} tries)"
            if done > 1:
                self.verdict.doubled.append(f"{what} made {done} events")
            if call.outcome is Outcome.ACKNOWLEDGED and not done:
                self.verdict.lost.append(f"{what} made no event")
            if call.outcome is Outcome.REFUSED and done:
                self.verdict.wrong.append(f"{what} made an event: {call.answer}")

    def _check_history(self, finding: Finding, events: Sequence[Event]) -> None:
        now = datetime.now(UTC).isoformat()
        self.verdict.lost += [
            f"{finding.number}: {promise}" for promise in broken_promises(events, finding.severity, now)
        ]
        last = events[-1]
        said = (last.to_state, last.escalation_level, len(events), last.hash)
        if said != (finding.state, finding.escalation_level, finding.chain_length, finding.chain_head):
            self.verdict.wrong.append(f"{finding.number}: the row does not say what its events say")
        if finding.set_aside_at:
            self.verdict.wrong.append(f"{finding.number} was set aside: {finding.set_aside_error}")
        due = Counter((event.move, event.step, event.data.get("due_at")) for event in events if event.actor_id is None)
        self.verdict.doubled += [
            f"{finding.number}: {step} {number} times" for step, number in due.items() if number > 1
        ]
        for event in events:
            self._check_moment(finding, event)

    def _check_moment(self, finding: Finding, event: Event) -> None:
        if "due_at" not in event.data:
            return
        late = (event.at - datetime.fromisoformat(event.data["due_at"])).total_seconds()
        self.verdict.recorded_after.append(late)
        if late < 0:
            self.verdict.wrong.append(f"{finding.number}: {event.move} {-late:.3f} s before its instant")

    def _check_alerts(self, alerts: Sequence[Alert], events: dict[str, list[Event]]) -> None:
        names = {id_: name for name, id_ in self.ids.person_ids.items()}
        heard: dict[str | None, Counter[str]] = defaultdict(Counter)
        for alert in alerts:
            heard[alert.event_id][names[alert.person_id]] += 1
        for history in events.values():
            for event, who in hearers(history, names):
                told = heard[event.id]
                place = f"{event.finding_id} {event.move} {event.step or ''}"
                self.verdict.lost += [f"{place}: {name} was not alerted" for name in sorted(who - told.keys())]
                self.verdict.wrong += [f"{place}: {name} was alerted" for name in sorted(told.keys() - who)]
                self.verdict.doubled += [f"{place}: {name} twice" for name, number in told.items() if number > 1]

    def _check_mails(self, alerts: Sequence[Alert], findings: dict[str, Finding]) -> None:
        sent = self._sent()
        addresses = {person.id: person.email for person in self.session.scalars(select(Person))}
        handed_over = set(self.session.scalars(select(Delivery.message_id).where(Delivery.sent_at.is_not(None))))
        begun = self.session.execute(select(Message.id, Message.created_at))
        self.begun = {id_: at.timestamp() for id_, at in begun}
        unlisted: dict[str, set[str]] = defaultdict(set)
        for alert in alerts:
            number = findings[alert.finding_id or ""].number
            mails = [mail for mail in sent.get(alert.message_id or "", ()) if mail.to == addresses[alert.person_id]]
            if not mails:
                self.verdict.lost.append(f"{number} {alert.kind}: no mail to {addresses[alert.person_id]}")
            elif alert.message_id not in handed_over:
                self.verdict.wrong.append(f"{number} {alert.kind}: mailed, and not written down")
            else:
                self._measure(alert, mails[0])
                if number not in mails[0].body:
                    unlisted[str(alert.message_id)].add(number)
        for id_, numbers in unlisted.items():
            if len(numbers) > sent[id_][0].unlisted:
                self.verdict.lost.append(f"the mail {id_} says nothing of {sorted(numbers)}")
        known = {alert.message_id for alert in alerts}
        self.verdict.wrong += [f"a mail of no alert: {id_}" for id_ in sent.keys() - known]

    def _sent(self) -> dict[str, list[Mail]]:
        """Mails by message; repeats must be the same to the byte."""
        sent: dict[str, list[Mail]] = defaultdict(list)
        alarmed = f"{ADMINISTRATOR}@"  # by the watchdog, past every queue
        for mail in (mail for mail in self.mails if not mail.to.startswith(alarmed)):
            sent[mail.message_id.strip("<>").partition("@")[0]].append(mail)
        for id_, mails in sent.items():
            self.verdict.repeats += len(mails) - 1
            if len({(mail.to, mail.raw) for mail in mails}) > 1:
                self.verdict.doubled.append(f"message {id_} came with different words")
        return sent

    def _measure(self, alert: Alert, mail: Mail) -> None:
        due_at = alert.event.data.get("due_at") if alert.event else None
        if due_at:
            due, grouped = datetime.fromisoformat(due_at).timestamp(), self.begun[str(alert.message_id)]
            mailed, recorded, grouped = (at - due for at in (mail.at, alert.created_at.timestamp(), grouped))
            self.verdict.waits.append(Wait(mailed, recorded, grouped, alert.kind, mail.to))
        if mail.at < alert.created_at.timestamp() - 0.001:
            self.verdict.wrong.append(f"{alert.kind} was mailed before it was recorded")


def _marks(event: Event) -> Iterator[str]:
    yield from (event.data[name] for name in MARKED if isinstance(event.data.get(name), str))
    if event.reason:
        yield event.reason


def shown(verdict: Verdict, most: int = 10) -> str:
    """What was wrong, for a person."""
    kinds = {"lost": verdict.lost, "doubled": verdict.doubled, "wrong": verdict.wrong}
    return json.dumps({kind: [len(found), found[:most]] for kind, found in kinds.items()}, ensure_ascii=False, indent=1)
