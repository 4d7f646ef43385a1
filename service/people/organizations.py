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
        _let_it_owe_reports(session)
    session.flush()
    return organization


def _let_it_owe_reports(session: Session) -> None:
    """Rounds that are under way lay out their weekly reports anew."""
    under_way = update(Round).where(Round.closed_at.is_(None)).values(replan_at=AT_ONCE)
    session.execute(under_way.execution_options(synchronize_session=False))
