"""Which round is meant, and which units it is about."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session, aliased

from service.errors import InvalidInput, existing
from service.models import Assignment, Organization, Round
from workflows.vocabulary import UNIT_KINDS, OrganizationKind

# The district office of a unit, as a column: `Organization.district_id` says the same of a row.
DISTRICT_OF_UNIT: ColumnElement[str | None] = case(
    (Organization.kind == OrganizationKind.DISTRICT, Organization.id), else_=Organization.parent_id
)


class Unit(NamedTuple):
    """A university or district office that a round is about, and the office of its district."""

    organization: Organization
    district: Organization


def current_round(session: Session, round_id: str | None) -> Round:
    """The round of that id; without one the newest that is open, or else the newest of all.

    Raises `InvalidInput` when there is no such round, `NotFound` while there is none at all.
    """
    if round_id is not None:
        found = session.get(Round, round_id)
        if found is None:
            raise InvalidInput({"round_id": "unknown_reference"})
        return found
    newest = select(Round).order_by(Round.closed_at.is_not(None), Round.starts_on.desc(), Round.id).limit(1)
    return existing(session.scalars(newest).first())


def units_of(
    session: Session, round_: Round, *conditions: ColumnElement[bool], district_id: str | None = None
) -> list[Unit]:
    """The district offices that are assigned in the round and their universities, by name, each office first."""
    district = aliased(Organization)
    query = (
        select(Organization, district)
        .join(district, district.id == DISTRICT_OF_UNIT)
        .join(Assignment, Assignment.district_id == district.id)
        .where(Assignment.round_id == round_.id, Organization.kind.in_(UNIT_KINDS), *conditions)
        .order_by(district.name, district.id, Organization.kind, Organization.name)
    )
    if district_id:
        query = query.where(district.id == district_id)
    return [Unit(organization, office) for organization, office in session.execute(query)]
