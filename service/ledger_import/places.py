"""Units and checklist items by the names that people write, as far as the actor may log findings there."""

import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress

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
    units = []
    for unit in session.scalars(query):
        district_id = unit.district_id
        if district_id and origin_of(actor, unit_id=unit.id, unit_kind=unit.kind, district_id=district_id) is not None:
            units.append(unit)
    return units


def everywhere(session: Session) -> Actor:
    """An actor who may log findings against any unit, for the command line."""
    districts = session.scalars(select(Organization.id).where(Organization.kind == OrganizationKind.DISTRICT))
    return Actor(Role.TEAM_HEAD, district_ids=frozenset(districts))


def places_of(session: Session, names: Iterable[str], *, actor: Actor) -> dict[str, Place]:
    """The units of those names, each with the round in force; a foreign unit is left out like an unknown one.

    Raises `Conflict` («no_round_in_force») when units are known and none of them has a round.
    """
    wanted = {plain_name(name) for name in names}
    units = [unit for unit in units_of(session, actor=actor) if plain_name(unit.name) in wanted]
    places = {}
    for unit in units:
        # left out when its district takes no part in any open round
        with suppress(Conflict, InvalidInput):
            places[plain_name(unit.name)] = place_of_unit(session, unit.id, actor=actor)
    if units and not places:
        raise Conflict("no_round_in_force")
    return places


def items_of(session: Session, places: Iterable[Place]) -> Mapping[tuple[str, str], str]:
    """The ids of the checklist items of those rounds, by round and number."""
    rounds = {place.round.id for place in places}
    query = select(ChecklistItem.round_id, ChecklistItem.number, ChecklistItem.id)
    found = session.execute(query.where(ChecklistItem.round_id.in_(rounds)))
    return {(round_id, number): id_ for round_id, number, id_ in found}


def plain_name(name: str) -> str:
    """A unit's name in the form in which two are compared: without spaces, case and differences of width."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
