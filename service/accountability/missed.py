"""Inspected, not found, later found by others (督查未发现): which findings, and which sides how often."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session, joinedload

from service.errors import NotAllowed
from service.models import Assignment, Finding, Inspection, InspectionAnswer, Organization, Person, Team, with_names
from service.rounds.current import current_round
from service.scope import findings_seen, holds_to_account, places_seen
from service.store.paging import DEFAULT_LIMIT, Page, ordered_by, page
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, Origin, Severity

_NEWEST = ordered_by(Finding.found_at, descending=True)

FOUND_NOTHING = (Answer.IN_PLACE, Answer.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Overlooked:
    """A side that had looked and found nothing, with the newest of its answers before it was found."""

    origin: Origin
    organization: Organization
    team: Team | None
    answer: InspectionAnswer
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class MissedFinding:
    """A finding, and those who had looked before and not found it."""

    finding: Finding
    by: Sequence[Overlooked]


@dataclass(frozen=True, slots=True)
class RankedSide:
    """How often a side had not found what others found later, and how many sheets it closed."""

    origin: Origin
    organization: Organization
    team: Team | None
    findings: int
    major: int
    sheets: int


@dataclass(frozen=True, slots=True)
class MissedPage:
    """The ranking over everything that is asked for, and one page of the findings."""

    ranking: Sequence[RankedSide]
    page: Page[MissedFinding]


def missed_findings(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    district_id: str | None = None,
    organization_id: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> MissedPage:
    """The findings of a round that others had looked for and not found, the newest first, and who looked how often.

    A side had looked when a closed sheet of it over the same unit says of the same item that it is in place or not
    applicable, and no later one that it is not; «later found by others»: after that sheet was closed, by people of
    another organization. What was withdrawn, carried over, or proposed by the clock was found by nobody.
    Raises `NotAllowed` outside the centre.
    """
    if not holds_to_account(actor):
        raise NotAllowed("not_allowed")
    round_ = current_round(session, round_id, actor=actor, now=now)
    overlooked = _overlooked_by_sides(
        [findings_seen(actor), *_conditions(Finding, round_.id, district_id, organization_id)]
    )
    place = (Inspection.organization_id.expression, Inspection.district_id.expression, Inspection.round_id.expression)
    in_sight = places_seen(actor, *place)
    sheets = [in_sight, *_conditions(Inspection, round_.id, district_id, organization_id)]
    assigned = select(Assignment.district_id, Team).join(Team, Assignment.team_id == Team.id)
    teams = dict(session.execute(assigned.where(Assignment.round_id == round_.id)).all())
    query = select(Finding).where(Finding.id.in_(select(overlooked.c.finding_id)))
    around = (Finding.organization, Finding.district, Finding.checklist_item)
    query = query.options(*map(joinedload, around), *with_names(Finding.created_by))
    found = page(session, query, _NEWEST, cursor=cursor, limit=limit)
    by = _by(session, overlooked, [finding.id for finding in found.items], teams)
    return MissedPage(
        _ranking(session, overlooked, sheets, teams),
        Page([MissedFinding(finding, by[finding.id]) for finding in found.items], found.next_cursor),
    )


def _overlooked_by_sides(conditions: Sequence[ColumnElement[bool]]) -> Subquery:
    """Of each finding and side the newest answer before it was found, where that had found nothing.

    `conditions` are on `Finding`; columns: the finding's id and severity, the sheet's id, side and district.
    """
    side = (Inspection.origin, Inspection.by_organization_id)
    newest = func.row_number().over(
        partition_by=(Finding.id, *side), order_by=(Inspection.closed_at.desc(), Inspection.id.desc())
    )
    looked = (
        select(Finding.id.label("finding_id"), Finding.severity, Inspection.id.label("inspection_id"), *side)
        .add_columns(Inspection.district_id, InspectionAnswer.answer, newest.label("newest"))
        .join_from(Finding, Person, Finding.created_by_id == Person.id)
        .join(InspectionAnswer, InspectionAnswer.item_id == Finding.checklist_item_id)
        .join(Inspection, InspectionAnswer.inspection_id == Inspection.id)
        .where(
            Inspection.organization_id == Finding.organization_id,
            Inspection.by_organization_id != Person.organization_id,
            Inspection.closed_at < Finding.found_at,
            InspectionAnswer.answer != Answer.NOT_SEEN,
            Finding.voided_at.is_(None),
            Finding.carried_from_id.is_(None),
            *conditions,
        )
        .subquery()
    )
    return select(looked).where(looked.c.newest == 1, looked.c.answer.in_(FOUND_NOTHING)).subquery()


def _conditions(
    table: type[Finding | Inspection], round_id: str, district_id: str | None, organization_id: str | None
) -> list[ColumnElement[bool]]:
    conditions = [table.round_id == round_id]
    conditions += [table.district_id == district_id] if district_id else []
    return conditions + ([table.organization_id == organization_id] if organization_id else [])


def _by(
    session: Session, overlooked: Subquery, finding_ids: Sequence[str], teams: Mapping[str, Team]
) -> Mapping[str, list[Overlooked]]:
    query = (
        select(overlooked.c.finding_id, Inspection, InspectionAnswer)
        .join_from(overlooked, Inspection, overlooked.c.inspection_id == Inspection.id)
        .join(Finding, overlooked.c.finding_id == Finding.id)
        .join(InspectionAnswer, InspectionAnswer.inspection_id == Inspection.id)
        .where(InspectionAnswer.item_id == Finding.checklist_item_id, Finding.id.in_(finding_ids))
        .options(joinedload(Inspection.by_organization), *with_names(InspectionAnswer.answered_by))
        .order_by(Inspection.closed_at, Inspection.id)
    )
    by: dict[str, list[Overlooked]] = defaultdict(list)
    for finding_id, sheet, answer in session.execute(query):
        team = _team(teams, sheet.origin, sheet.district_id)
        by[finding_id].append(Overlooked(sheet.origin, sheet.by_organization, team, answer, sheet))
    return by


def _ranking(
    session: Session, overlooked: Subquery, sheets: Sequence[ColumnElement[bool]], teams: Mapping[str, Team]
) -> list[RankedSide]:
    """Every side that has closed a sheet; those that have missed most first."""
    group = (Inspection.origin, Inspection.by_organization_id, Inspection.district_id)
    closed = select(*group, func.count()).where(Inspection.closed_at.is_not(None), *sheets).group_by(*group)
    of = overlooked.c
    counted = select(of.origin, of.by_organization_id, of.district_id, of.severity, func.count())
    counted = counted.group_by(of.origin, of.by_organization_id, of.district_id, of.severity)
    figures: dict[tuple[Origin, str, Team | None], Counter[str]] = defaultdict(Counter)
    for origin, organization_id, district_id, many in session.execute(closed):
        figures[origin, organization_id, _team(teams, origin, district_id)]["sheets"] += many
    for origin, organization_id, district_id, severity, many in session.execute(counted):
        side = figures[origin, organization_id, _team(teams, origin, district_id)]
        side["findings"] += many
        side["major"] += many if severity is Severity.MAJOR else 0
    names = select(Organization).where(Organization.id.in_({organization_id for _, organization_id, _ in figures}))
    by_id = {organization.id: organization for organization in session.scalars(names)}
    ranked = [
        RankedSide(origin, by_id[organization_id], team, count["findings"], count["major"], count["sheets"])
        for (origin, organization_id, team), count in figures.items()
    ]
    return sorted(ranked, key=lambda one: (-one.findings, -one.major, one.organization.name, one.origin))


def _team(teams: Mapping[str, Team], origin: Origin, district_id: str) -> Team | None:
    return teams.get(district_id) if origin is Origin.CENTRE else None
