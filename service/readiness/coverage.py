"""Coverage: which units the teams, and the district offices, have inspected of late, and which never."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import Assignment, Inspection, InspectionAnswer, Organization, Round, Team
from service.rounds.current import DISTRICT_OF_UNIT, Unit, current_round, units_of
from service.rounds.rulebooks import rules_of
from service.scope import places_seen, sees_coverage
from workflows.coverage import coverage, coverage_light
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, Coverage, InspectionKind, Light, OrganizationKind, Origin


@dataclass(frozen=True, slots=True)
class UnitCoverage:
    """How often one side has inspected one unit, when last, and whether that is of late."""

    unit: Unit
    inspections: int
    last_inspected_on: date | None
    status: Coverage

    @property
    def light(self) -> Light:
        return coverage_light(self.status)


@dataclass(frozen=True, slots=True)
class Inspectors:
    """A team, or a district office, with the units that it inspects."""

    origin: Origin  # centre: the team; district: the office
    by: Team | Organization
    units: Sequence[UnitCoverage]

    @property
    def counts(self) -> Mapping[Coverage, int]:
        counted = Counter(one.status for one in self.units)
        return {status: counted[status] for status in Coverage}


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """Coverage of one round as one caller sees it."""

    as_of: date  # not after the round's last day
    round: Round
    every_days: int  # how often the policy wants each unit inspected
    inspectors: Sequence[Inspectors]


def coverage_of_round(
    session: Session, *, actor: Actor, now: datetime, round_id: str | None = None, district_id: str | None = None
) -> CoverageTable:
    """Whom each team and each district office has inspected of late, whom longer ago, and whom never.

    A team inspects the district offices and the universities of its districts, an office its universities (notice,
    part 2, paragraphs 2 and 3). Raises `NotAllowed` to those whom it does not concern: a district office sees its
    own, the centre all in its districts.
    """
    if not sees_coverage(actor, of_team=False):
        raise NotAllowed("not_allowed")
    round_ = current_round(session, round_id, actor=actor, now=now)
    rules = rules_of(session, round_)
    at = min(now, round_.closed_at or now)  # a closed round stands as it stood then
    on, every_days = min(rules.calendar.local_date(at), round_.ends_on), rules.policy.inspections.every_days
    in_sight = places_seen(actor, Organization.id.expression, DISTRICT_OF_UNIT, literal(round_.id, Round.id.type))
    units = units_of(session, round_, in_sight, district_id=district_id)
    visits: dict[tuple[Origin, str], tuple[int, date | None]] = {
        (origin, unit_id): (times, last_on) for origin, unit_id, times, last_on in session.execute(_visits(round_, on))
    }

    def covered(origin: Origin, unit: Unit) -> UnitCoverage:
        times, last_on = visits.get((origin, unit.organization.id), (0, None))
        return UnitCoverage(unit, times, last_on, coverage(last_on, on, every_days=every_days))

    inspectors = [
        Inspectors(origin, by, [covered(origin, unit) for unit in theirs])
        for origin, by, theirs in _inspectors(session, round_, units, actor)
    ]
    return CoverageTable(on, round_, every_days, inspectors)


def _inspectors(
    session: Session, round_: Round, units: Sequence[Unit], actor: Actor
) -> Iterator[tuple[Origin, Team | Organization, list[Unit]]]:
    """Teams by name, then offices by name, each with the units in sight that are theirs to inspect."""
    if sees_coverage(actor, of_team=True):
        for team, districts in _teams(session, round_).items():
            if theirs := [unit for unit in units if unit.district.id in districts]:
                yield Origin.CENTRE, team, theirs
    for office in dict.fromkeys(unit.district for unit in units):
        universities = [
            unit for unit in units if unit.district is office and unit.organization.kind is OrganizationKind.UNIVERSITY
        ]
        yield Origin.DISTRICT, office, universities


def _teams(session: Session, round_: Round) -> dict[Team, set[str]]:
    query = (
        select(Team, Assignment.district_id)
        .join(Assignment, Assignment.team_id == Team.id)
        .where(Assignment.round_id == round_.id)
        .order_by(Team.name)
    )
    teams: dict[Team, set[str]] = {}
    for team, district_id in session.execute(query):
        teams.setdefault(team, set()).add(district_id)
    return teams


def _visits(round_: Round, on: date) -> Select[Origin, str, int, date]:
    """Inspections by side and unit; a sheet that says nothing yet is none."""
    answered = exists().where(
        InspectionAnswer.inspection_id == Inspection.id, InspectionAnswer.answer != Answer.NOT_SEEN
    )
    return (
        select(Inspection.origin, Inspection.organization_id, func.count(), func.max(Inspection.inspected_on))
        .where(
            Inspection.round_id == round_.id,
            Inspection.kind == InspectionKind.INSPECTION,
            Inspection.inspected_on <= on,
            or_(Inspection.closed_at.is_not(None), answered),
        )
        .group_by(Inspection.origin, Inspection.organization_id)
    )
