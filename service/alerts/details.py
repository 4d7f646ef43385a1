"""What messages say of findings: as much as the office's policy allows, and only what their readers may open."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.sight import alerts_seen
from service.alerts.texts import FindingDetails, ReadableAlert
from service.models import Alert, Finding, Round
from service.people.callers import Caller
from service.rounds.rulebooks import policy_of_version
from service.scope import findings_seen, reason_quoted
from service.wording import FindingAlertFields
from workflows.findings.facts import Actor
from workflows.vocabulary import State


def with_details(
    session: Session, alerts: Sequence[ReadableAlert], readers: Mapping[str, Caller]
) -> list[ReadableAlert]:
    """The alerts with what their findings are about, where policy and scope let their reader read it.

    `readers` are by id. What is out of a reader's sight by now is left out.
    """
    of_person: dict[str, list[ReadableAlert]] = defaultdict(list)
    for alert in alerts:
        of_person[alert.person_id].append(alert)
    detailed = {
        alert.id: alert
        for person_id, theirs in of_person.items()
        for alert in _detailed(session, readers[person_id].actor, theirs)
    }
    return [detailed[alert.id] for alert in alerts if alert.id in detailed]


def _detailed(session: Session, actor: Actor, alerts: Sequence[ReadableAlert]) -> Iterator[ReadableAlert]:
    ids = [alert.id for alert in alerts]
    seen = set(session.scalars(select(Alert.id).where(Alert.id.in_(ids), alerts_seen(actor))))
    alerts = [alert for alert in alerts if alert.id in seen]
    of_findings = {alert.subject_id for alert in alerts if isinstance(alert.fields, FindingAlertFields)}
    findings = {finding.id: finding for finding in told_in_full(session, actor, of_findings)} if of_findings else {}
    for alert in alerts:
        if finding := findings.get(alert.subject_id):
            reason = reason_quoted(actor, finding, alert.fields.kind, alert.reason)
            yield replace(alert, details=_details(finding, actor), reason=reason)
        else:
            yield replace(alert, reason=None)


def told_in_full(session: Session, actor: Actor, ids: Collection[str]) -> Iterator[Finding]:
    """Those that the actor may open now, and whose round has messages say in full what they are about."""
    roles = {post.role for post in actor.posts}
    query = select(Finding, Round.policy_version).join(Round, Finding.round_id == Round.id)
    for finding, version in session.execute(query.where(Finding.id.in_(ids), findings_seen(actor))):
        if policy_of_version(session, version).messages.full_for(roles):
            yield finding


def _details(finding: Finding, actor: Actor) -> FindingDetails:
    is_over = finding.state is State.VERIFIED or finding.voided_at is not None
    return FindingDetails(
        summary=finding.summary,
        place=finding.location,
        requirement=finding.requirement,
        deadline=None if is_over else finding.deadline,
        working_days=None if is_over else finding.working_days,
        reader_roles=frozenset(post.role for post in actor.posts),
    )
