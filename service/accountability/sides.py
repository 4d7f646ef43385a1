"""Who inspected a unit in a round, and who did not: the centre's team, the district office, the unit itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.models import Assignment, Inspection, InspectionAnswer, Organization, Person, Round, Team, with_names
from service.records.recipients import Directory
from workflows.vocabulary import Addressee, OrganizationKind, Origin

_ADDRESSEES = {Origin.CENTRE: Addressee.TEAM, Origin.DISTRICT: Addressee.DISTRICT, Origin.UNIT: Addressee.UNIT}


@dataclass(frozen=True, slots=True)
class SheetOver:
    """A sheet over the unit, with what it says of the item that is asked about, if any."""

    inspection: Inspection
    answer: InspectionAnswer | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of those who are to look at a unit, with its sheets, oldest first; none: it did not inspect."""

    origin: Origin
    organization: Organization
    team: Team | None  # of the centre
    people: Sequence[Person]
    sheets: Sequence[SheetOver]

    @property
    def inspected(self) -> bool:
        return bool(self.sheets)


def sides_of(session: Session, unit: Organization, round_: Round, *, item_id: str | None = None) -> list[Side]:
    """Every side that is to look at the unit in the round (notice, part 2, paragraphs 1 to 3).

    A university is checked by itself, its district office and the centre's team; a district office by itself and
    the team.
    """
    sheets = _sheets(session, unit, round_)
    answers = _answers(session, [sheet.id for sheet in sheets], item_id) if item_id else {}
    by_origin: dict[Origin, list[SheetOver]] = defaultdict(list)
    for sheet in sheets:
        by_origin[sheet.origin].append(SheetOver(sheet, answers.get(sheet.id)))
    place = {"id": unit.id, "round_id": round_.id, "district_id": unit.district_id, "organization_id": unit.id}
    organizations = _organizations(session, unit)
    people = people_addressed(session, [(place, [_ADDRESSEES[origin]]) for origin in organizations])
    assigned = (Assignment.round_id == round_.id, Assignment.district_id == unit.district_id)
    team = session.scalar(select(Team).join(Assignment, Assignment.team_id == Team.id).where(*assigned))
    return [
        Side(origin, organization, team if origin is Origin.CENTRE else None, mine, by_origin[origin])
        for (origin, organization), mine in zip(organizations.items(), people, strict=True)
    ]


def people_addressed(
    session: Session, places: Sequence[tuple[Mapping[str, str | None], Sequence[Addressee]]]
) -> list[list[Person]]:
    """For each place, those who are its addressees now; accounts that were closed are left out."""
    directory = Directory(session, [place for place, _ in places])
    ids = [[recipient.id for recipient in directory.hear(place, addressees)] for place, addressees in places]
    query = select(Person).where(Person.id.in_({id_ for group in ids for id_ in group}))
    by_id = {person.id: person for person in session.scalars(query)}
    return [[by_id[id_] for id_ in group] for group in ids]


def _organizations(session: Session, unit: Organization) -> Mapping[Origin, Organization]:
    centre = session.scalars(select(Organization).where(Organization.kind == OrganizationKind.CENTRE)).one()
    if unit.kind is OrganizationKind.DISTRICT:
        return {Origin.CENTRE: centre, Origin.UNIT: unit}
    return {Origin.CENTRE: centre, Origin.DISTRICT: session.get_one(Organization, unit.district_id), Origin.UNIT: unit}


def _sheets(session: Session, unit: Organization, round_: Round) -> Sequence[Inspection]:
    query = (
        select(Inspection)
        .where(Inspection.organization_id == unit.id, Inspection.round_id == round_.id)
        .options(*with_names(Inspection.opened_by, Inspection.closed_by), joinedload(Inspection.by_organization))
    )
    return session.scalars(query.order_by(Inspection.opened_at, Inspection.id)).all()


def _answers(session: Session, sheet_ids: Sequence[str], item_id: str) -> Mapping[str, InspectionAnswer]:
    query = select(InspectionAnswer).where(
        InspectionAnswer.inspection_id.in_(sheet_ids), InspectionAnswer.item_id == item_id
    )
    named = query.options(*with_names(InspectionAnswer.answered_by))
    return {answer.inspection_id: answer for answer in session.scalars(named)}
