"""Units and checklist items by the names that people write, as far as the actor may log findings there."""

import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.findings.new import Place, place_of_unit
from service.models import ChecklistItem, Organization
from workflows.findings.facts import Actor
from workflows.findings.sides import origin_of
from workflows.vocabulary import UNIT_KINDS, OrganizationKind, Role


def units_of(session: Session, *, actor: Actor) -> list[Organization]:
    """The units that the actor may log findings against, by name."""
    query = select(Organization).where(Organization.kind.in_(UNIT_KINDS)).order_by(Organization.name)
    return [unit for unit in session.scalars(query) if _is_within(unit, actor)]


def everywhere(session: Session) -> Actor:
    """Somebody who may log findings against any unit: for whoever sits at the machine itself."""
    districts = session.scalars(select(Organization.id).where(Organization.kind == OrganizationKind.DISTRICT))
    return Actor(Role.TEAM_HEAD, district_ids=frozenset(districts))


def places_of(session: Session, names: Iterable[str], *, actor: Actor) -> dict[str, Place]:
    """The units of those names, each with the round in force; a foreign unit is left out like an unknown one.

    Raises `Conflict` («no_round_in_force») when units are known and none of them has a round.
    """
    wanted = {plain_name(name) for name in names}
    known = [unit for unit in units_of(session, actor=actor) if plain_name(unit.name) in wanted]
    places = {plain_name(unit.name): place for unit in known if (place := _place(session, unit, actor))}
    if known and not places:
        raise Conflict("no_round_in_force")
    return places


def items_of(session: Session, places: Iterable[Place]) -> Mapping[tuple[str, str], str]:
    """The ids of the checklist items of those rounds, by round and number."""
    rounds = {place.round.id for place in places}
    query = select(ChecklistItem.round_id, ChecklistItem.number, ChecklistItem.id)
    found = session.execute(query.where(ChecklistItem.round_id.in_(rounds)))
    return {(round_id, number): id_ for round_id, number, id_ in found}


def plain_name(name: str) -> str:
    """A unit's name as it is compared: width and space of its letters tell nothing."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _is_within(unit: Organization, actor: Actor) -> bool:
    district_id = unit.district_id
    if district_id is None:
        return False
    return origin_of(actor, unit_id=unit.id, unit_kind=unit.kind, district_id=district_id) is not None


def _place(session: Session, unit: Organization, actor: Actor) -> Place | None:
    try:
        return place_of_unit(session, unit.id, actor=actor)
    except (Conflict, InvalidInput):  # its district takes no part in any open round
        return None
