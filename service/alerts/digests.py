"""Digests: what is not urgent waits for its reader's next working morning, where the office's policy names the role."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select, update
from sqlalchemy.orm import Session

from service.models import Alert, Event, Finding, JournalEntry, Person, Post, Round
from service.rounds.rulebooks import calendar_in_force, policy_of_version
from workflows.deadlines import working_days_after
from workflows.policy import Policy
from workflows.vocabulary import Role, Severity, State


def hold_for_digest(session: Session, alert_ids: Sequence[str]) -> dict[str, datetime]:
    """Of these new alerts, hold back those that are for a digest; returns until when, by id.

    Their acknowledgement is awaited from the digest on. At most one digest a day: all that waits goes at one instant.
    """
    policies = _policies_with_digests(session)
    if not policies or not alert_ids:
        return {}
    calendar = calendar_in_force(session)
    held: dict[tuple[datetime, datetime], list[str]] = defaultdict(list)
    of_leaders = session.execute(_of_leaders(alert_ids, policies)).all()
    roles = _roles(session, {alert.person_id for alert in of_leaders})
    for alert in of_leaders:
        policy = policies[alert.policy_version]
        if roles[alert.person_id] <= {*policy.messages.digest.roles} and _may_wait(alert, policy):
            until = policy.messages.digest.next_after(alert.created_at, calendar)
            by = working_days_after(calendar, until, policy.acknowledgement.within_working_days)
            held[until, by].append(alert.id)
    for (until, by), ids in held.items():
        # of the row as it is by now: its reader may just have acknowledged it
        values = {"held_until": until, "acknowledge_by": case((Alert.acknowledge_by.is_not(None), by))}
        hold = update(Alert).where(Alert.id.in_(ids)).values(values)
        session.execute(hold.execution_options(synchronize_session=False))
    return {id_: until for (until, _), ids in held.items() for id_ in ids}


def _policies_with_digests(session: Session) -> dict[str, Policy]:
    """The policies that rounds go by and that name somebody for a digest, by version."""
    versions = session.scalars(select(Round.policy_version).distinct())
    policies = {version: policy_of_version(session, version) for version in versions}
    return {version: policy for version, policy in policies.items() if policy.messages.digest.roles}


def _of_leaders(alert_ids: Sequence[str], policies: Mapping[str, Policy]) -> Any:
    """New alerts to those whom the policies name, about rounds under them, with what makes them urgent."""
    named = {role for policy in policies.values() for role in policy.messages.digest.roles}
    return (
        select(Alert.id, Alert.person_id, Alert.kind, Alert.created_at)
        .add_columns(Round.policy_version, Finding.severity, Event.from_state, Event.to_state)
        .join(Person, Alert.person_id == Person.id)
        .outerjoin(Finding, Alert.finding_id == Finding.id)
        .outerjoin(Event, Alert.event_id == Event.id)
        .outerjoin(JournalEntry, Alert.entry_id == JournalEntry.id)
        .join(Round, Round.id == func.coalesce(Finding.round_id, JournalEntry.round_id))
        .where(
            Alert.id.in_(alert_ids),
            Alert.held_until.is_(None),
            Person.role.in_(sorted(named)),
            Round.policy_version.in_(list(policies)),
        )
    )


def _roles(session: Session, people: Collection[str]) -> Mapping[str, set[Role]]:
    """The roles of all posts of each person."""
    roles: dict[str, set[Role]] = defaultdict(set)
    main = select(Person.id, Person.role).where(Person.id.in_(people))
    others = select(Post.person_id, Post.role).where(Post.person_id.in_(people))
    for person_id, role in (*session.execute(main), *session.execute(others)):
        roles[person_id].add(role)
    return roles


def _may_wait(alert: Row[Any], policy: Policy) -> bool:
    went_up = alert.to_state is State.ESCALATED and alert.from_state is not State.ESCALATED
    return policy.messages.digest.holds(alert.kind, major=alert.severity is Severity.MAJOR, went_up=went_up)
