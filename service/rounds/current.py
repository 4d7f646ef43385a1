"""Which round is meant, and which units it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from service.errors import InvalidInput, NotFound
from service.models import Assignment, Organization, Round, RoundUnit
from service.rounds.rulebooks import calendar_in_force
from service.rounds.running import running, the_only
from workflows.findings.facts import Actor
from workflows.vocabulary import ASSIGNED_ROLES, UNIT_KINDS, UNIT_ROLES, OrganizationKind

# The district office of a unit, as a column: `Organization.district_id` says the same of a row.
DISTRICT_OF_UNIT: ColumnElement[str | None] = case(
    (Organization.kind == OrganizationKind.DISTRICT, Organization.id), else_=Organization.parent_id
)


class Unit(NamedTuple):
    """A university or district office that a round is about, and the office of its district."""

    organization: Organization
    district: Organization


def current_round(session: Session, round_id: str | None, *, actor: Actor, now: datetime) -> Round:
    """The round of that id; without one the only one that runs now, or else the last that has begun.

    Of rounds side by side only those count that the actor has to do with. Raises `InvalidInput` when there is no such
    round or when several run, `NotFound` while there is none at all.
    """
    if round_id is not None:
        found = session.get(Round, round_id)
        if found is None:
            raise InvalidInput({"round_id": "unknown_reference"})
        return found
    rounds = session.scalars(select(Round).order_by(Round.starts_on.desc(), Round.id)).all()
    if not rounds:
        raise NotFound("not_found")
    today = calendar_in_force(session).local_date(now)
    if run := running(rounds, today):
        return the_only(_concerning(session, run, actor))
    return next((round_ for round_ in rounds if round_.starts_on <= today), rounds[0])


def round_numbered(session: Session, number: str) -> Round:
    """The round of that number, such as 2021-35; raises `InvalidInput` that names those that there are."""
    rounds = {round_.number: round_ for round_ in session.scalars(select(Round))}
    if number not in rounds:
        raise InvalidInput({"round": "unknown_round"}, number=number, numbers="、".join(sorted(rounds)) or "—")
    return rounds[number]


def _concerning(session: Session, rounds: Sequence[Round], actor: Actor) -> Sequence[Round]:
    """Those of the rounds that the actor has a part in; all of them for those who stand above them."""
    if len(rounds) == 1 or not all(post.role in (*ASSIGNED_ROLES, *UNIT_ROLES) for post in actor.posts):
        return rounds
    ids = {place.round_id for post in actor.posts for place in post.assigned}
    own = [post.organization_id for post in actor.posts if post.role in UNIT_ROLES]
    ids.update(session.scalars(rounds_of_unit(Organization.id.in_(own)).with_only_columns(Round.id)) if own else ())
    return [round_ for round_ in rounds if round_.id in ids] or rounds


def units_of(
    session: Session, round_: Round, *conditions: ColumnElement[bool], district_id: str | None = None
) -> list[Unit]:
    """The district offices and universities that take part in the round, by name, each office before its universities.

    Those of the assigned districts, unless the round has a list of its own or excepts them.
    """
    district = aliased(Organization)
    query = (
        select(Organization, district)
        .join(district, district.id == DISTRICT_OF_UNIT)
        .join(Assignment, Assignment.district_id == district.id)
        .join(Round, Assignment.round_id == Round.id)
        .where(Round.id == round_.id, Organization.kind.in_(UNIT_KINDS), takes_part(), *conditions)
        .order_by(district.name, district.id, Organization.kind, Organization.name)
    )
    if district_id:
        query = query.where(district.id == district_id)
    return [Unit(organization, office) for organization, office in session.execute(query)]


def rounds_of_unit(*conditions: ColumnElement[bool]) -> Select[Round]:
    """The open rounds in which a unit takes part, as a query of `Round` joined to `Organization`."""
    return (
        select(Round)
        .join(Assignment, Assignment.round_id == Round.id)
        .join(Organization, Assignment.district_id == DISTRICT_OF_UNIT)
        .where(Round.closed_at.is_(None), takes_part(), *conditions)
    )


def takes_part() -> ColumnElement[bool]:
    """Whether a unit of an assigned district takes part, as a condition on `Organization` and `Round`.

    One that is closed takes part in nothing but what had ended before.
    """
    open_then = or_(Organization.closed_at.is_(None), Round.closed_at < Organization.closed_at)
    row = exists().where(RoundUnit.round_id == Round.id, RoundUnit.organization_id == Organization.id)
    named = row.where(RoundUnit.takes_part.is_(True))
    return and_(open_then, or_(named, and_(Round.units_listed.is_(False), ~row)))
