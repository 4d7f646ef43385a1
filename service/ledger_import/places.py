"""Units and checklist items by the names that people write, as far as the actor may log findings there."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, DubanError, InvalidInput
from service.findings.new import Place, place_of_unit
from service.models import Assignment, ChecklistItem, Organization
from service.people.callers import rounds_that_count
from workflows.findings.facts import Actor, Assigned
from workflows.findings.sides import origin_of
from workflows.signs import plain_name
from workflows.vocabulary import UNIT_KINDS, OrganizationKind, Origin, Role


def units_of(session: Session, *, actor: Actor) -> list[Organization]:
    """The units that the actor may log findings against, by name."""
    query = select(Organization).where(Organization.kind.in_(UNIT_KINDS), Organization.closed_at.is_(None))
    query = query.order_by(Organization.name)
    rounds = session.scalars(rounds_that_count()).all()

    def may_log(unit: Organization) -> bool:
        place = (unit.id, unit.kind, unit.district_id or "")
        return any(_origin(actor, place, round_id) is not None for round_id in rounds)

    return [unit for unit in session.scalars(query) if unit.district_id and may_log(unit)]


def _origin(actor: Actor, place: tuple[str, OrganizationKind, str], round_id: str) -> Origin | None:
    unit_id, kind, district_id = place
    return origin_of(actor, unit_id=unit_id, unit_kind=kind, district_id=district_id, round_id=round_id)


def everywhere(session: Session) -> Actor:
    """An actor who may log findings against any unit, for the command line."""
    every = select(Assignment.round_id, Assignment.district_id).where(Assignment.round_id.in_(rounds_that_count()))
    return Actor(Role.TEAM_HEAD, assigned=frozenset(Assigned(*place) for place in session.execute(every)))


def places_of(
    session: Session, names: Iterable[str], *, actor: Actor, now: datetime, round_id: str | None = None
) -> dict[str, Place]:
    """The units of those names, each with the round in force; a foreign unit is left out like an unknown one.

    Raises `Conflict` when units are known and none of them has a round that has begun, `InvalidInput` on `round_id`
    when it has to be said which round is meant.
    """
    wanted = {plain_name(name) for name in names}
    units = [unit for unit in units_of(session, actor=actor) if plain_name(unit.name) in wanted]
    places: dict[str, Place] = {}
    refused: DubanError | None = None
    for unit in units:
        try:
            place = place_of_unit(session, unit.id, actor=actor, now=now, round_id=round_id)
        except (Conflict, InvalidInput) as error:
            if isinstance(error, InvalidInput) and "round_id" in error.fields:
                raise
            refused = error  # left out: it takes no part in any round that has begun
        else:
            places[plain_name(unit.name)] = place
    if isinstance(refused, Conflict) and not places:
        raise refused
    return places


def items_of(session: Session, places: Iterable[Place]) -> Mapping[tuple[str, str], str]:
    """The ids of the checklist items of those rounds, by round and number."""
    rounds = {place.round.id for place in places}
    query = select(ChecklistItem.round_id, ChecklistItem.number, ChecklistItem.id)
    found = session.execute(query.where(ChecklistItem.round_id.in_(rounds)))
    return {(round_id, number): id_ for round_id, number, id_ in found}
