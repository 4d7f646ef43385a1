"""What messages say of findings: as much as the office's policy allows, and only what their readers may open."""

from collections.abc import Collection, Iterator, Mapping
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
from workflows.vocabulary import Role, State


def with_details(
    session: Session, condition: ColumnElement[bool], readers: Mapping[str, Caller]
) -> list[ReadableAlert]:
    """The alerts that the condition names, with what their findings are about where their reader may read it.

    `readers` are by id. What is out of a reader's sight by now is left out. Three statements, however many readers.
    """
    alerts = readable_alerts(session, condition)
    seen = session.execute(_in_sight().where(condition), {"readers": list(readers)})
    in_sight: dict[str, Any] = {row.id: row for row in seen}
    return [
        _detailed(session, readers[alert.person_id].actor, alert, in_sight[alert.id])
        for alert in alerts
        if alert.id in in_sight
    ]


@cache
def _in_sight() -> Select[Any]:
    """The alerts that their readers may still read, with their findings as far as these may be opened."""
    readers = readers_of(bindparam("readers", expanding=True), Alert.person_id.expression)
    columns = (Finding.organization_id, Finding.summary, Finding.location, Finding.requirement, Finding.deadline)
    more: tuple[Any, ...] = (Finding.working_days, Finding.state, Finding.voided_at, Round.policy_version)
    return (
        select(Alert.id, *columns, *more)
        .outerjoin_from(Alert, Finding, and_(Alert.finding_id == Finding.id, findings_seen(readers)))
        .outerjoin(Round, Finding.round_id == Round.id)
        .where(alerts_seen(readers, of_finding=Finding.id.is_not(None)))
    )


def _detailed(session: Session, actor: Actor, alert: ReadableAlert, finding: Any) -> ReadableAlert:
    """The alert as its reader may read it; `finding` has the columns of one, empty where there is none to be opened."""
    roles = frozenset(post.role for post in actor.posts)
    if finding.organization_id is None or not _is_full(session, finding.policy_version, roles):
        return replace(alert, reason=None)
    is_over = finding.state is State.VERIFIED or finding.voided_at is not None
    details = FindingDetails(
        summary=finding.summary,
        place=finding.location,
        requirement=finding.requirement,
        deadline=None if is_over else finding.deadline,
        working_days=None if is_over else finding.working_days,
        reader_roles=roles,
    )
    return replace(alert, details=details, reason=reason_quoted(actor, finding, alert.fields.kind, alert.reason))


def told_in_full(session: Session, actor: Actor, ids: Collection[str]) -> Iterator[Finding]:
    """Those that the actor may open now, and whose round has messages say in full what they are about."""
    roles = frozenset(post.role for post in actor.posts)
    query = select(Finding, Round.policy_version).join(Round, Finding.round_id == Round.id)
    for finding, version in session.execute(query.where(Finding.id.in_(ids), findings_seen(actor))):
        if _is_full(session, version, roles):
            yield finding


def _is_full(session: Session, policy_version: str, roles: frozenset[Role]) -> bool:
    return policy_of_version(session, policy_version).messages.full_for(roles)
