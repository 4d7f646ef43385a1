"""Organizations (机构): who stands under whom."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import AT_ONCE, Organization, Round, new_id
from workflows.vocabulary import OrganizationKind

_STANDS_UNDER = {
    OrganizationKind.DISTRICT: OrganizationKind.CENTRE,
    OrganizationKind.UNIVERSITY: OrganizationKind.DISTRICT,
}  # the others stand under nobody


def add_organization(
    session: Session, kind: OrganizationKind, name: str, *, parent: Organization | None = None
) -> Organization:
    """Add an organization; a university stands under its district office, a district office under the centre.

    Raises `InvalidInput` when the name is taken, or the parent is not of the kind that it must be.
    """
    if (parent.kind if parent else None) is not _STANDS_UNDER.get(kind):
        raise InvalidInput({"parent_id": "unknown_organization"})
    if session.scalar(select(Organization.id).where(Organization.name == name)):
        raise InvalidInput({"name": "name_taken"})
    organization = Organization(id=new_id(), kind=kind, name=name, parent_id=parent.id if parent else None)
    session.add(organization)
    if kind in _STANDS_UNDER:
        # the rounds that are open plan their weekly reports again: the new unit owes some
        unplanned = update(Round).where(Round.closed_at.is_(None)).values(replan_at=AT_ONCE)
        session.execute(unplanned.execution_options(synchronize_session=False))
    session.flush()
    return organization
