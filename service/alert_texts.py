"""Alerts with what their texts need, read in one statement: for the inbox and for letters."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from service.models import Alert, Event, Finding, Organization, Person
from service.rulebooks import calendar_in_force
from service.wording import AlertFields, alert_text


@dataclass(frozen=True, slots=True)
class ReadableAlert:
    """An alert, and the fields that its text is made of."""

    id: str
    finding_id: str
    person_id: str
    message_id: str | None
    created_at: datetime
    acknowledge_by: datetime | None  # while an acknowledgement is wanted
    fields: AlertFields


def readable_alerts(session: Session, condition: ColumnElement[bool]) -> list[ReadableAlert]:
    """The alerts that the condition names, oldest first; join nothing, it may speak of `Alert` alone."""
    query = _query().where(condition).order_by(Alert.created_at, Alert.id)
    return [_readable(row) for row in session.execute(query)]


def texts_of(session: Session, alert_ids: Collection[str], language: str) -> dict[str, str]:
    """What the alerts say to their readers, by alert id."""
    zone = calendar_in_force(session).zone
    alerts = readable_alerts(session, Alert.id.in_(alert_ids))
    return {alert.id: alert_text(alert.fields, language, zone) for alert in alerts}


def _query() -> Select[Any]:
    return (
        select(
            *(Alert.id, Alert.finding_id, Alert.person_id, Alert.message_id, Alert.created_at, Alert.acknowledge_by),
            Alert.kind,
            *(Event.at, Event.actor_role, Event.from_state, Event.to_state, Event.escalation_level, Event.data),
            *(Finding.number, Finding.severity, Finding.origin, Finding.organization_id.label("unit_id")),
            *(Finding.district_id, Finding.deadline, Finding.working_days, Organization.name.label("unit")),
            *(Person.role.label("reader_role"), Person.organization_id.label("reader_organization_id")),
        )
        .join_from(Alert, Event, Alert.event_id == Event.id)
        .join(Finding, Alert.finding_id == Finding.id)
        .join(Organization, Finding.organization_id == Organization.id)
        .join(Person, Alert.person_id == Person.id)
    )


def _readable(row: Row[Any]) -> ReadableAlert:
    """The columns of the alert itself, and those that its text needs."""
    columns = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    own = {field.name: columns.pop(field.name) for field in fields(ReadableAlert) if field.name != "fields"}
    return ReadableAlert(**own, fields=AlertFields(**columns))
