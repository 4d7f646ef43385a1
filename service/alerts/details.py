"""What messages say of findings: as much as the office's policy allows, and only what their readers may open."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from service.alerts.sight import alerts_seen
from service.alerts.texts import FindingDetails, ReadableAlert, readable_alerts
from service.models import Alert, Finding, Round
from service.people.callers import Caller, readers_of
from service.rounds.rulebooks import policy_of_version
from service.scope import findings_seen, reason_quoted
from workflows.findings.facts import Actor
from workflows.vocabulary import State


def with_details(
    session: Session, condition: ColumnElement[bool], readers: Mapping[str, Caller]
) -> list[ReadableAlert]:
    """The alerts that the condition names, with what their findings are about where their reader may read it.

    `readers` are by id. What is out of a reader's sight by now is left out. Three statements, however many readers.
    """
    alerts, in_sight = readable_alerts(session, condition), _in_sight_by_id(session, condition, readers)
    return [
        _detailed(session, readers[alert.person_id].actor, alert, in_sight[alert.id])
        for alert in alerts
        if alert.id in in_sight
    ]


def readable_findings_by_alert(
    session: Session, condition: ColumnElement[bool], readers: Mapping[str, Caller]
) -> dict[str, str | None]:
    """The alerts that their readers may still read, each with its finding where that is told in full."""
    return {
        id_: row.finding_id if _is_full(session, row, readers[row.person_id].actor) else None
        for id_, row in _in_sight_by_id(session, condition, readers).items()
    }


def _in_sight_by_id(session: Session, condition: ColumnElement[bool], readers: Mapping[str, Caller]) -> dict[str, Any]:
    return {row.id: row for row in session.execute(_in_sight().where(condition), {"readers": list(readers)})}


@cache
def _in_sight() -> Select[Any]:
    """The alerts that their readers may still read, with their findings as far as these may be opened."""
    readers = readers_of(bindparam("readers", expanding=True), Alert.person_id.expression)
    columns = (Finding.organization_id, Finding.summary, Finding.location, Finding.requirement, Finding.deadline)
    more: tuple[Any, ...] = (Finding.working_days, Finding.state, Finding.voided_at, Round.policy_version)
    return (
        select(Alert.id, Alert.person_id, Finding.id.label("finding_id"), *columns, *more)
        .outerjoin_from(Alert, Finding, and_(Alert.finding_id == Finding.id, findings_seen(readers)))
        .outerjoin(Round, Finding.round_id == Round.id)
        .where(alerts_seen(readers, of_finding=Finding.id.is_not(None)))
    )


def _detailed(session: Session, actor: Actor, alert: ReadableAlert, finding: Any) -> ReadableAlert:
    """The alert as its reader may read it; `finding` has the columns of one, empty where there is none to be opened."""
    if not _is_full(session, finding, actor):
        return replace(alert, reason=None)
    is_over = finding.state is State.VERIFIED or finding.voided_at is not None
    details = FindingDetails(
        summary=finding.summary,
        place=finding.location,
        requirement=finding.requirement,
        deadline=None if is_over else finding.deadline,
        working_days=None if is_over else finding.working_days,
        reader_roles=frozenset(post.role for post in actor.posts),
    )
    return replace(alert, details=details, reason=reason_quoted(actor, finding, alert.fields.kind, alert.reason))


def _is_full(session: Session, finding: Any, actor: Actor) -> bool:
    """Whether the reader may open the finding, and its round has messages say in full what they are about."""
    if finding.finding_id is None:
        return False
    policy = policy_of_version(session, finding.policy_version)
    return policy.messages.full_for({post.role for post in actor.posts})
