"""The text of an alert: one sentence for its reader, by what he or she is to the finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from service.wording.moments import days_between, moment
from service.wording.texts import filled, word, wording, written
from workflows.findings.event_deadlines import deadlines_of
from workflows.findings.facts import Actor, Facts
from workflows.findings.sides import decider_of, overseer_of, parts_of, reviewer_of
from workflows.vocabulary import UNIT_ROLES, Origin, Part, Role, Severity, State

# Who plays several parts is spoken to in the first that the text knows.
_PARTS = (
    Part.UNIT,
    Part.DECIDER,
    Part.REVIEWER,
    Part.LEADERSHIP,
    Part.RESPONSIBLE_LEADER,
    Part.OVERSEER,
    Part.UPWARD,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFields:
    """An alert with what its text needs: of its event, of the finding, and who reads it."""

    kind: str
    at: datetime
    actor_role: Role
    from_state: State | None
    to_state: State
    escalation_level: int
    data: Mapping[str, Any]  # of the event; its deadline goes before the finding's present one
    number: str
    severity: Severity
    origin: Origin
    unit: str  # the organization's name
    unit_id: str
    district_id: str
    deadline: datetime | None
    working_days: int | None
    reader_role: Role
    reader_organization_id: str

    @property
    def went_up(self) -> bool:
        return self.to_state is State.ESCALATED and self.from_state is not State.ESCALATED

    @property
    def deadline_then(self) -> datetime | None:
        """The deadline as the event knew it, so that an old alert does not change its words."""
        then = deadlines_of(self.kind.partition(".")[0], self.data).spoken_of
        return datetime.fromisoformat(then) if then else self.deadline


def alert_text(alert: AlertFields, language: str, zone: tzinfo) -> str:
    """What the alert says to its reader: number, unit, step and deadline, never the problem itself."""
    texts = _texts(alert, language)
    facts = _facts(alert)
    parts = parts_of(_reader(alert), facts)
    text = next((texts[part] for part in _PARTS if part in parts and part in texts), None) or texts.get("hear")
    if text is None:
        return written("alerts", alert.kind, language)
    said = filled(text, _blanks(alert, facts, language, zone))
    return _marks(alert, language) + said[:1].upper() + said[1:]


def alert_label(alert: AlertFields, language: str) -> str:
    """The kind in a word or two, as it is counted in a subject: «逾期»."""
    return str(_texts(alert, language).get("label") or written("alerts", alert.kind, language))


def alert_urgency(alert: AlertFields) -> int:
    """Where it stands among others: the smaller, the further up."""
    return int(_entry(alert).get("urgency", 100))


def _texts(alert: AlertFields, language: str) -> Mapping[str, str]:
    texts: Mapping[str, str] = _entry(alert).get(language, {})
    return texts


def _entry(alert: AlertFields) -> Mapping[str, Any]:
    entries = wording("alerts")
    if alert.went_up and f"{alert.kind}.up" in entries:
        return dict(entries[f"{alert.kind}.up"])
    if alert.from_state is State.FOUND and f"{alert.kind}.found" in entries:
        return dict(entries[f"{alert.kind}.found"])
    return dict(entries.get(alert.kind, {}))


def _facts(alert: AlertFields) -> Facts:
    return Facts(
        severity=alert.severity,
        origin=alert.origin,
        unit_id=alert.unit_id,
        unit_is_district=alert.unit_id == alert.district_id,
        district_id=alert.district_id,
        created_at=alert.at,
        state=alert.to_state,
        escalation_level=alert.escalation_level,
    )


def _reader(alert: AlertFields) -> Actor:
    """Whoever is told of a finding is of its own team, or its own leader."""
    return Actor(alert.reader_role, None, alert.reader_organization_id, frozenset({alert.district_id}))


def _marks(alert: AlertFields, language: str) -> str:
    marks = []
    if alert.data.get("awaiting_review") and alert.kind != "breach.review":  # which says so itself
        marks.append(written("letters", "awaiting_review", language))
    if alert.data.get("opinion_overdue") and alert.reader_role not in UNIT_ROLES:  # it was late inside the centre
        marks.append(written("letters", "opinion_overdue", language))
    return "".join(marks)


def _blanks(alert: AlertFields, facts: Facts, language: str, zone: tzinfo) -> dict[str, str]:
    sides = {"overseer": overseer_of(facts), "reviewer": reviewer_of(facts), "decider": decider_of(facts)}
    return {
        "number": alert.number,
        "unit": alert.unit,
        "level": written("letters", f"level_{alert.escalation_level}", language),
        "actor": word(alert.actor_role, language),
        "stage": str(alert.data.get("stage", 1)),
        **{blank: written("letters", side, language) for blank, side in sides.items()},
        **_of_deadline(alert, language, zone),
    }


def _of_deadline(alert: AlertFields, language: str, zone: tzinfo) -> dict[str, str]:
    deadline = alert.deadline_then
    if deadline is None:
        days = alert.working_days
        counted = written("letters", "from_receipt", language, days=days) if days else None
        return {"deadline": counted or written("letters", "no_deadline", language), "until": "", "days": ""}
    said = moment(deadline, language, zone)
    left = days_between(alert.at, deadline, zone)
    until = written("letters", "until", language, deadline=said) if deadline > alert.at else ""
    key = {0: "due_today", 1: "due_tomorrow"}.get(left, "due_in")
    return {"deadline": said, "until": until, "days": written("letters", key, language, days=left)}
