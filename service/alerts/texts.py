"""Alerts with what their texts need, read in two statements: for the inbox and for letters."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from service.models import Alert, Event, Finding, JournalEntry, Organization, Person
from service.rounds.rulebooks import calendar_in_force
from service.wording import DutyAlertFields, FindingAlertFields
from workflows.vocabulary import SubjectKind

_PATHS = {
    SubjectKind.INSPECTION: "inspections",
    SubjectKind.REPORT: "reports",
    SubjectKind.CAMPAIGN_ACTION: "campaigns",
    SubjectKind.ROUND: "rounds",
    SubjectKind.UNIT: "organizations",
}


@dataclass(frozen=True, slots=True)
class ReadableAlert:
    """An alert, and the fields that its text is made of."""

    id: str
    subject_id: str  # of the finding, or of what the journal speaks of
    path: str  # where a link leads
    person_id: str
    message_id: str | None
    created_at: datetime
    acknowledge_by: datetime | None  # while an acknowledgement is wanted
    fields: FindingAlertFields | DutyAlertFields


def readable_alerts(session: Session, condition: ColumnElement[bool]) -> list[ReadableAlert]:
    """The alerts that the condition names, oldest first; join nothing, it may speak of `Alert` alone."""
    of_findings = [_readable(row, FindingAlertFields) for row in session.execute(_findings().where(condition))]
    of_journal = [_readable(row, DutyAlertFields) for row in session.execute(_journal().where(condition))]
    return sorted((*of_findings, *of_journal), key=lambda alert: (alert.created_at, alert.id))


def texts_of(session: Session, alert_ids: Collection[str], language: str) -> dict[str, str]:
    """What the alerts say to their readers, by alert id."""
    zone = calendar_in_force(session).zone
    return {alert.id: alert.fields.text(language, zone) for alert in readable_alerts(session, Alert.id.in_(alert_ids))}


_ALERT = (Alert.id, Alert.person_id, Alert.message_id, Alert.created_at, Alert.acknowledge_by, Alert.kind)
_OWN = [field.name for field in fields(ReadableAlert) if field.name not in ("fields", "path")]  # not for the text
_READER = (Person.role.label("reader_role"), Person.organization_id.label("reader_organization_id"))


def _findings() -> Select[Any]:
    return (
        select(
            *_ALERT,
            Alert.finding_id.label("subject_id"),
            *(Event.at, Event.actor_role, Event.from_state, Event.to_state, Event.escalation_level, Event.data),
            *(Finding.number, Finding.severity, Finding.origin, Finding.organization_id.label("unit_id")),
            *(Finding.district_id, Finding.deadline, Finding.working_days, Organization.name.label("unit")),
            *_READER,
        )
        .join_from(Alert, Event, Alert.event_id == Event.id)
        .join(Finding, Alert.finding_id == Finding.id)
        .join(Organization, Finding.organization_id == Organization.id)
        .join(Person, Alert.person_id == Person.id)
    )


def _journal() -> Select[Any]:
    entry = JournalEntry
    return (
        select(
            *_ALERT,
            *(entry.subject_id, entry.subject_kind, entry.at, entry.actor_role, entry.data),
            *(entry.organization_id, Organization.name.label("unit")),
            *_READER,
        )
        .join_from(Alert, entry, Alert.entry_id == entry.id)
        .join(Person, Alert.person_id == Person.id)
        .outerjoin(Organization, entry.organization_id == Organization.id)
    )


def _readable(row: Row[Any], fields_of: type[FindingAlertFields | DutyAlertFields]) -> ReadableAlert:
    columns = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    own = {name: columns.pop(name) for name in _OWN}
    place = _PATHS[columns.pop("subject_kind")] if "subject_kind" in columns else "findings"
    return ReadableAlert(**own, path=f"{place}/{own['subject_id']}", fields=fields_of(**columns))
