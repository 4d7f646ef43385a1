"""Organizations (机构): who stands under whom, and what changes of them, on record."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, existing, refuse_stale
from service.models import AT_ONCE, Finding, Inspection, Organization, Round, WeeklyReport, new_id
from service.people.callers import require_administrator
from service.records.changes import record_change
from service.records.journal import NewEntry
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.signs import comparable
from workflows.vocabulary import Addressee, OrganizationKind

LONGEST_NAME = 200
_STANDS_UNDER = {
    OrganizationKind.DISTRICT: OrganizationKind.CENTRE,
    OrganizationKind.UNIVERSITY: OrganizationKind.DISTRICT,
}  # the others stand under nobody


def add_organization(
    session: Session, kind: OrganizationKind, name: str, *, parent: Organization | None = None
) -> Organization:
    """Add an organization; a university stands under its district office, a district office under the centre.

    Raises `InvalidInput` when the name is taken, or the parent is not of the kind that it must be, and Conflict
    `name_just_taken` when another takes it at this moment.
    """
    if (parent.kind if parent else None) is not _STANDS_UNDER.get(kind):
        raise InvalidInput({"parent_id": "unknown_organization"})
    if session.scalar(select(Organization.id).where(Organization.name == name)):
        raise InvalidInput({"name": "name_taken"})
    organization = Organization(id=new_id(), kind=kind, name=name, parent_id=parent.id if parent else None)
    with _name_to_itself(session):
        session.add(organization)
    if kind in _STANDS_UNDER:
        plan_reports_anew(session)
    return organization


@contextmanager
def _name_to_itself(session: Session) -> Iterator[None]:
    """Write a name that was free when it was looked for; Conflict when another has taken it since."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        raise Conflict("name_just_taken") from error


def plan_reports_anew(session: Session) -> None:
    """Let the rounds that are open plan their weekly reports again: other units owe some now."""
    unplanned = update(Round).where(Round.closed_at.is_(None)).values(replan_at=AT_ONCE)
    session.execute(unplanned.execution_options(synchronize_session=False))


def centre_name(session: Session) -> str | None:
    """The name of the office itself, once it has one."""
    return session.scalar(select(Organization.name).where(Organization.kind == OrganizationKind.CENTRE).limit(1))


def add_on_record(
    session: Session,
    *,
    kind: OrganizationKind,
    name: str,
    actor: Actor,
    now: datetime,
    parent_id: str | None = None,
    reason: str | None = None,
) -> Organization:
    """Add an organization as an administrator; raises InvalidInput as `add_organization` does."""
    require_administrator(actor)
    parent = session.get(Organization, parent_id) if parent_id else None
    if kind is OrganizationKind.CENTRE or (parent and parent.closed_at is not None):
        raise InvalidInput({"kind": "one_centre"} if parent is None else {"parent_id": "organization_closed"})
    organization = add_organization(session, kind, _checked_name(name), parent=parent)
    record_change_of_organization(session, organization, JournalAct.ADD, {}, actor=actor, now=now, reason=reason)
    return organization


def rename_or_move(
    session: Session,
    organization_id: str,
    *,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    parent_id: str | None = None,
    reason: str | None = None,
    seen: Mapping[str, Any] | None = None,
) -> Organization:
    """Rename an organization, or move a university to another district office.

    Raises `Conflict` («stale_version») when what is to change is no longer as it was `seen`. Documents keep the names
    that they were made with. What is open in open rounds goes to the new district with it.
    """
    require_administrator(actor)
    organization = locked_organization(session, organization_id)
    if organization.merged_into_id is not None:
        raise Conflict("organization_merged")
    before = organization_values(organization)
    new_name = organization.name if name is None else _checked_name(name)
    refuse_stale(before, {"name": new_name, "parent_id": parent_id or organization.parent_id}, seen)
    if new_name != organization.name:
        if session.scalar(select(Organization.id).where(Organization.name == new_name)):
            raise InvalidInput({"name": "name_taken"})
        with _name_to_itself(session):
            organization.name = new_name
    if parent_id is not None and parent_id != organization.parent_id:
        _move_to_district(session, organization, parent_id)
    act = JournalAct.MOVE if before["parent_id"] != organization.parent_id else JournalAct.CHANGE
    record_change_of_organization(session, organization, act, before, actor=actor, now=now, reason=reason)
    return organization


def record_change_of_organization(  # noqa: PLR0913 - of which, what, from what, who, when and why
    session: Session,
    organization: Organization,
    act: JournalAct,
    before: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    about: Organization | None = None,
    data: Mapping[str, Any] | None = None,
    addressees: Sequence[Addressee] = (),
) -> None:
    """Put on record what has become of an organization since `before`; `about` is whose people are told."""
    session.flush()
    place = about or organization
    entry = NewEntry(
        subject_kind=SubjectKind.ORGANIZATION,
        subject_id=organization.id,
        act=act,
        organization_id=place.id,
        district_id=place.district_id,
        actor=actor,
        reason=reason,
        data=data or {},
        addressees=addressees,
    )
    record_change(session, entry, before, organization_values(organization), now=now)


def organization_values(organization: Organization) -> dict[str, Any]:
    """The fields of an organization that are put on record, as plain values."""
    plain = {name: getattr(organization, name) for name in ("kind", "name", "parent_id", "merged_into_id")}
    return {**plain, "closed_at": organization.closed_at.isoformat() if organization.closed_at else None}


def locked_organization(session: Session, organization_id: str) -> Organization:
    """The organization, locked against other changes; raises `NotFound`."""
    return existing(session.get(Organization, organization_id, with_for_update=True, populate_existing=True))


def _checked_name(typed: str) -> str:
    name = comparable(typed)
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput({"name": "too_long" if name else "required"}, longest=LONGEST_NAME)
    return name


def _move_to_district(session: Session, organization: Organization, parent_id: str) -> None:
    parent = session.get(Organization, parent_id)
    if organization.kind is not OrganizationKind.UNIVERSITY:
        raise Conflict("organization_kind_fixed")
    if parent is None or parent.kind is not OrganizationKind.DISTRICT or parent.closed_at is not None:
        raise InvalidInput({"parent_id": "unknown_organization"})
    organization.parent_id = parent.id
    session.flush()
    put_to_district(session, organization, organization, only_open=True)
    plan_reports_anew(session)


def put_to_district(session: Session, unit: Organization, like: Organization, *, only_open: bool) -> None:
    """Put the unit's findings, sheets and reports owed to the district office that an organization stands under."""
    open_rounds = select(Round.id).where(Round.closed_at.is_(None))
    for timed in (Finding, Inspection):
        theirs = update(timed).where(timed.organization_id == unit.id)
        if only_open:
            theirs = theirs.where(timed.round_id.in_(open_rounds), timed.next_action_at.is_not(None))
        session.execute(theirs.values(district_id=like.district_id).execution_options(synchronize_session=False))
    owed = update(WeeklyReport).where(
        WeeklyReport.organization_id == unit.id,
        WeeklyReport.round_id.in_(open_rounds),
        WeeklyReport.submitted_at.is_(None),
    )
    places = {"district_id": like.district_id, "recipient_id": like.parent_id}
    session.execute(owed.values(**places).execution_options(synchronize_session=False))
