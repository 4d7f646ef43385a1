"""Alerts with what their texts need, read in two statements: for the inbox and for letters."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from service.models import Alert, Event, Finding, JournalEntry, Organization, Person
from service.rounds.rulebooks import calendar_in_force, policy_of_version
from service.wording import DutyAlertFields, FindingAlertFields
from workflows.journal import SubjectKind
from workflows.vocabulary import ADMINISTRATORS, UPWARD_ROLES, Role

_INBOX = "alerts"
_OF_UNIT = "findings?organization_id={unit}"
_PATHS = {  # of pages that those who hear may open; rounds and organizations have theirs where few may
    SubjectKind.INSPECTION: "inspections/{subject}",
    SubjectKind.REPORT: "reports/{subject}",
    SubjectKind.CAMPAIGN_ACTION: "campaigns/{subject}",
    SubjectKind.ROUND: "findings?round_id={subject}",
    SubjectKind.UNIT: _OF_UNIT,
    SubjectKind.ORGANIZATION: _OF_UNIT,
}
_OF_ADMINISTRATORS = {  # who see no findings
    SubjectKind.ROUND: "settings/rounds/{subject}",
    SubjectKind.ORGANIZATION: "settings/channels",  # they hear that its mail does not arrive
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDetails:
    """What a finding is about, as its reader may read it; a deadline that no longer runs is left out."""

    summary: str
    place: str | None
    requirement: str | None
    deadline: datetime | None
    working_days: int | None  # the deadline's length while it is to be counted from receipt
    reader_roles: frozenset[Role]  # of all the reader's posts


@dataclass(frozen=True, slots=True)
class ReadableAlert:
    """An alert, and the fields that its text is made of."""

    id: str
    subject_id: str  # of the finding, or of what the journal speaks of
    path: str  # of a page that its reader may open; of what has none, the inbox
    person_id: str
    message_id: str | None
    created_at: datetime
    acknowledge_by: datetime | None  # while an acknowledgement is wanted
    held_until: datetime | None  # the digest that it waited for
    position: int  # among the events or entries of its subject
    reason: str | None  # given with the event; not for everybody
    fields: FindingAlertFields | DutyAlertFields
    details: FindingDetails | None = None  # none in brief messages, and of what the reader may not open


def readable_alerts(session: Session, condition: ColumnElement[bool]) -> list[ReadableAlert]:
    """The alerts that the condition names, oldest first; join nothing, it may speak of `Alert` alone."""
    of_findings = [
        _readable(row, FindingAlertFields, above=policy_of_version(session, row.policy_version).offices.above)
        for row in session.execute(_findings().where(condition)).all()
    ]
    of_journal = [_readable(row, DutyAlertFields) for row in session.execute(_journal().where(condition))]
    return sorted((*of_findings, *of_journal), key=lambda alert: (alert.created_at, alert.id))


@dataclass(frozen=True, slots=True)
class AlertInWords:
    """What an alert says to its reader, and where the link beside it leads; none where there is no such page."""

    text: str
    path: str | None


def in_words(session: Session, alert_ids: Collection[str], language: str) -> dict[str, AlertInWords]:
    """The alerts as their readers read them in the inbox, by alert id."""
    zone = calendar_in_force(session).zone
    return {
        alert.id: AlertInWords(alert.fields.text(language, zone), None if alert.path == _INBOX else alert.path)
        for alert in readable_alerts(session, Alert.id.in_(alert_ids))
    }


def texts_of(session: Session, alert_ids: Collection[str], language: str) -> dict[str, str]:
    """What the alerts say to their readers, by alert id."""
    return {id_: said.text for id_, said in in_words(session, alert_ids, language).items()}


_ALERT = (
    Alert.id,
    Alert.person_id,
    Alert.message_id,
    Alert.created_at,
    Alert.acknowledge_by,
    Alert.held_until,
    Alert.kind,
)
_OWN = [field.name for field in fields(ReadableAlert) if field.name not in ("fields", "path", "details")]
_READER = (
    func.coalesce(Alert.role, Person.role, type_=Person.role.type).label("reader_role"),
    Person.organization_id.label("reader_organization_id"),
)


def _findings() -> Select[Any]:
    columns: tuple[Any, ...] = (*_ALERT, *_READER)
    return (
        select(
            *columns,
            Alert.finding_id.label("subject_id"),
            *(Event.position, Event.reason),
            *(Event.at, Event.actor_role, Event.from_state, Event.to_state, Event.escalation_level, Event.data),
            *(Finding.number, Finding.severity, Finding.origin, Finding.organization_id.label("unit_id")),
            *(Finding.district_id, Finding.deadline, Finding.working_days, Organization.name.label("unit")),
            Finding.policy_version,
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
            *(entry.position, entry.reason),
            *(entry.subject_id, entry.subject_kind, entry.at, entry.actor_role, entry.data),
            *(entry.organization_id, Organization.name.label("unit")),
            *_READER,
        )
        .join_from(Alert, entry, Alert.entry_id == entry.id)
        .join(Person, Alert.person_id == Person.id)
        .outerjoin(Organization, entry.organization_id == Organization.id)
    )


def _readable(row: Row[Any], fields_of: type[FindingAlertFields | DutyAlertFields], **more: object) -> ReadableAlert:
    columns = {**row._mapping, **more}  # noqa: SLF001 - the documented way to a row's names
    columns.pop("policy_version", None)
    own = {name: columns.pop(name) for name in _OWN}
    kind = columns.pop("subject_kind", None)
    path = _path_about(kind, row.reader_role) if kind else "findings/{subject}"
    filled = path.format(subject=own["subject_id"], unit=columns.get("organization_id"))
    return ReadableAlert(**own, path=filled, fields=fields_of(**columns))


def _path_about(kind: SubjectKind, reader: Role) -> str:
    """Where somebody in that post reads of it; administrators and those above have few pages."""
    if reader in ADMINISTRATORS:
        return _OF_ADMINISTRATORS.get(kind, _INBOX)
    return _INBOX if reader in UPWARD_ROLES else _PATHS.get(kind, _INBOX)
