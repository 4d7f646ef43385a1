"""撤销与合并: organizations that close, open again, or become part of another. What was handed in stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, existing
from service.models import Assignment, Finding, Organization, Person, Round, WeeklyReport, WeekTally
from service.people.callers import require_administrator
from service.people.organizations import (
    locked_organization,
    organization_values,
    plan_reports_anew,
    put_to_district,
    record_change_of_organization,
)
from service.people.person_record import record_change_of, values_of
from service.records.changes import record_change
from service.records.journal import NewEntry
from service.store.repointing import repoint
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import UNIT_KINDS, Addressee, OrganizationKind, State

MOST_NAMED = 20  # findings in an error
# Events and journal only grow; reports stay with whoever handed them in; organizations and people are moved one by one.
_LEFT_WHERE_IT_IS = ("events", "journal", "weekly_reports.organization_id", "organizations", "people")


def close_organization(
    session: Session, organization_id: str, *, actor: Actor, now: datetime, reason: str | None = None
) -> Organization:
    """Close an organization: it takes nothing new and owes no more reports; its people are told.

    Raises Conflict while findings of it are open, or other organizations stand under it.
    """
    require_administrator(actor)
    organization = locked_organization(session, organization_id)
    if organization.closed_at is not None:
        return organization
    if organization.kind is OrganizationKind.CENTRE:
        raise Conflict("organization_kind_fixed")
    if numbers := _open_findings(session, organization):
        raise Conflict("organization_has_findings", numbers="、".join(numbers))
    below = select(Organization.name).where(Organization.parent_id == organization.id, Organization.closed_at.is_(None))
    if names := session.scalars(below.order_by(Organization.name)).all():
        raise Conflict("organization_has_units", names="、".join(names))
    before = organization_values(organization)
    organization.closed_at = now
    _end_reports_owed(session, organization, now)
    addressees = (Addressee.UNIT,)
    record_change_of_organization(
        session, organization, JournalAct.DISABLE, before, actor=actor, now=now, reason=reason, addressees=addressees
    )
    return organization


def open_organization(
    session: Session, organization_id: str, *, actor: Actor, now: datetime, reason: str | None = None
) -> Organization:
    """Open a closed organization again; one that was merged stays where it went."""
    require_administrator(actor)
    organization = locked_organization(session, organization_id)
    if organization.merged_into_id is not None:
        raise Conflict("organization_merged")
    before = organization_values(organization)
    organization.closed_at = None
    plan_reports_anew(session)
    record_change_of_organization(session, organization, JournalAct.ENABLE, before, actor=actor, now=now, reason=reason)
    return organization


def merge_organizations(
    session: Session, organization_id: str, into_id: str, *, actor: Actor, now: datetime, reason: str | None = None
) -> Organization:
    """Let an organization become part of another of its kind, which goes on with all that it has; returns that one.

    Findings, sheets, evidence, people and universities follow; reports that were handed in stay under the old name and
    are read on, those still owed end. The audit knows from the entry why findings are no longer the old one's.
    """
    require_administrator(actor)
    locked = {id_: session.get(Organization, id_, with_for_update=True) for id_ in sorted({organization_id, into_id})}
    organization, into = existing(locked[organization_id]), locked[into_id]
    if organization.kind not in UNIT_KINDS:
        raise Conflict("organization_kind_fixed")
    if organization.merged_into_id is not None:
        raise Conflict("organization_merged")
    if into is None or into is organization or into.kind is not organization.kind or into.closed_at is not None:
        raise InvalidInput({"into_id": "merged_with_another_kind"})
    before, data = organization_values(organization), {"merged": organization.name}
    _move_people(session, organization, into, actor=actor, now=now, reason=reason)
    _end_double_labour(session, organization, into, actor=actor, now=now, reason=reason)
    moved = _move_rows(session, organization, into)
    organization.closed_at, organization.merged_into_id = organization.closed_at or now, into.id
    _end_reports_owed(session, organization, now)
    record_change_of_organization(
        session,
        organization,
        JournalAct.MERGE,
        before,
        actor=actor,
        now=now,
        reason=reason,
        about=into,
        data={**data, "moved": moved},
        addressees=(Addressee.UNIT,),
    )
    return into


def _end_double_labour(
    session: Session, organization: Organization, into: Organization, *, actor: Actor, now: datetime, reason: str | None
) -> None:
    """Put on record that the other's division of labour stands, in rounds that had assigned both districts."""
    others = select(Assignment.round_id).where(Assignment.district_id == into.id)
    double = select(Assignment, Round.number).join(Round, Assignment.round_id == Round.id)
    mine = double.where(Assignment.district_id == organization.id, Assignment.round_id.in_(others))
    held = mine.order_by(Assignment.round_id).with_for_update(key_share=True, of=Round)  # whose chain goes on
    for assignment, number in session.execute(held).all():
        before = {"team_id": assignment.team_id, "leader_id": assignment.leader_id}
        entry = NewEntry(
            subject_kind=SubjectKind.ROUND,
            subject_id=assignment.round_id,
            act=JournalAct.CHANGE,
            round_id=assignment.round_id,
            actor=actor,
            reason=reason,
            data={"number": number, "district_id": organization.id},
        )
        record_change(session, entry, before, dict.fromkeys(before), now=now)


def _move_rows(session: Session, organization: Organization, into: Organization) -> dict[str, int]:
    """Let findings, sheets, evidence and whatever else is about the one be about the other; how many, by column."""
    if organization.kind is OrganizationKind.UNIVERSITY:
        put_to_district(session, organization, into, only_open=False)
    session.flush()
    moved = repoint(session, "organizations", organization.id, into.id, leave=_LEFT_WHERE_IT_IS)
    # how weeks ended is counted no more, and names places by no key that could be followed
    past = update(WeekTally).where(WeekTally.district_id == organization.id).values(district_id=into.id)
    below = update(Organization).where(Organization.parent_id == organization.id).values(parent_id=into.id)
    earlier = update(Organization).where(Organization.merged_into_id == organization.id).values(merged_into_id=into.id)
    for statement in (past, below, earlier):
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()
    return moved


def _open_findings(session: Session, unit: Organization) -> Sequence[str]:
    query = (
        select(Finding.number)
        .join(Round, Finding.round_id == Round.id)
        .where(Finding.organization_id == unit.id, Round.closed_at.is_(None))
        .where(Finding.state != State.VERIFIED, Finding.voided_at.is_(None))
    )
    return session.scalars(query.order_by(Finding.number).limit(MOST_NAMED)).all()


def _end_reports_owed(session: Session, unit: Organization, now: datetime) -> None:
    """Take out the reports that are not due yet, unless begun, and let the clock leave the others alone."""
    owed = (WeeklyReport.organization_id == unit.id, WeeklyReport.submitted_at.is_(None))
    to_come = delete(WeeklyReport).where(*owed, WeeklyReport.draft.is_(None), WeeklyReport.deadline > now)
    rest = update(WeeklyReport).where(*owed).values(next_action_at=None)
    for statement in (to_come, rest):
        session.execute(statement.execution_options(synchronize_session=False))
    plan_reports_anew(session)


def _move_people(
    session: Session, organization: Organization, into: Organization, *, actor: Actor, now: datetime, reason: str | None
) -> None:
    """Give everybody of the one the same post in the other, each on record."""
    query = select(Person).where(Person.organization_id == organization.id).order_by(Person.id)
    for person in session.scalars(query.with_for_update(of=Person)).unique().all():
        before = values_of(person)
        person.organization_id = into.id
        record_change_of(session, person, JournalAct.MOVE, before, actor=actor, now=now, reason=reason)
