"""Inspections as callers see them: filtered, a page at a time, each with its light, its counts and its findings."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from service.inspections.locking import inspection_facts, seen_inspection
from service.models import ChecklistItem, Finding, Inspection, InspectionAnswer, Round, with_names
from service.rounds.rulebooks import calendar_in_force
from service.scope import findings_seen, inspections_seen
from service.store.paging import DEFAULT_LIMIT, Page, alternatives, columns_equal, ordered_by, page
from workflows.calendar import Calendar
from workflows.feedback import amber_until, feedback_light
from workflows.findings.facts import Actor
from workflows.inspections import filling_refused
from workflows.vocabulary import TEAM_ROLES, UNIT_ROLES, Answer, InspectionKind, Light, Origin, Role

_NEWEST = ordered_by(Inspection.opened_at, descending=True)


@dataclass(frozen=True, slots=True)
class InspectionFilter:
    """Which inspections are asked for; a name without a value does not filter."""

    organization_id: str | tuple[str, ...] | None = None
    district_id: str | tuple[str, ...] | None = None
    round_id: str | None = None
    kind: InspectionKind | tuple[InspectionKind, ...] | None = None
    open: bool | None = None
    light: Light | tuple[Light, ...] | None = None
    to_fill: bool = False  # those alone that a side of the actor's is to fill in


@dataclass(frozen=True, slots=True)
class InspectionView:
    """One inspection as one caller sees it."""

    inspection: Inspection
    light: Light
    items: int  # of its checklist
    answered: Mapping[Answer, int]  # items by answer; those without any are not seen
    findings: Sequence[Finding]  # those that the caller sees, by number
    may_fill: bool  # whether the caller may write on it now


def list_inspections(
    session: Session,
    wanted: InspectionFilter,
    *,
    actor: Actor,
    now: datetime,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[InspectionView]:
    """A page of the inspections that the actor sees, the newest first."""
    calendar = calendar_in_force(session)
    around = (Inspection.organization, Inspection.district, Inspection.by_organization, Inspection.notice)
    query = (
        select(Inspection)
        .join(Inspection.round)
        .where(inspections_seen(actor), *_conditions(wanted, actor, calendar, now))
        .options(*map(joinedload, around), joinedload(Inspection.round), joinedload(Inspection.checklist))
        .options(*with_names(Inspection.opened_by, Inspection.closed_by))
    )
    found: Page[Inspection] = page(session, query, _NEWEST, cursor=cursor, limit=limit)
    return Page(_views(session, found.items, actor, calendar, now), found.next_cursor)


def view_inspection(session: Session, inspection_id: str, *, actor: Actor, now: datetime) -> InspectionView:
    """One inspection as the actor sees it; raises `NotFound`."""
    inspection = seen_inspection(session, inspection_id, actor=actor)
    return _views(session, [inspection], actor, calendar_in_force(session), now)[0]


def is_light(wanted: Light, calendar: Calendar, now: datetime) -> ColumnElement[bool]:
    """`workflows.feedback.feedback_light` as a condition on `Inspection` joined to `Round`."""
    running = and_(Inspection.closed_at.is_(None), Round.closed_at.is_(None), Inspection.feedback_due_at.is_not(None))
    red = and_(running, Inspection.feedback_due_at < now)
    soon = and_(running, Inspection.feedback_due_at >= now, Inspection.feedback_due_at <= amber_until(calendar, now))
    return {Light.RED: red, Light.AMBER: soon, Light.GREEN: not_(or_(red, soon))}[wanted]


def _conditions(
    wanted: InspectionFilter, actor: Actor, calendar: Calendar, now: datetime
) -> Iterator[ColumnElement[bool]]:
    yield from columns_equal(Inspection, wanted, "organization_id", "district_id", "round_id", "kind")
    if wanted.open is not None:
        yield Inspection.closed_at.is_(None) if wanted.open else Inspection.closed_at.is_not(None)
    if wanted.to_fill:
        yield and_(Inspection.closed_at.is_(None), Round.closed_at.is_(None), or_(*map(_filled_in_by, actor.posts)))
    if lights := alternatives(wanted.light):
        yield or_(*(is_light(light, calendar, now) for light in lights))


def _filled_in_by(post: Actor) -> ColumnElement[bool]:
    """`workflows.inspections.may_fill` for one post, as a condition on `Inspection`."""
    if post.role in TEAM_ROLES:
        place = tuple_(Inspection.round_id, Inspection.district_id)
        return and_(Inspection.origin == Origin.CENTRE, place.in_(sorted(post.assigned)))
    own = and_(Inspection.origin == Origin.UNIT, Inspection.organization_id == post.organization_id)
    if post.role is Role.DISTRICT:
        of_district = and_(Inspection.origin == Origin.DISTRICT, Inspection.district_id == post.organization_id)
        return or_(own, of_district)
    return own if post.role in UNIT_ROLES else false()


def _views(
    session: Session, inspections: Sequence[Inspection], actor: Actor, calendar: Calendar, now: datetime
) -> list[InspectionView]:
    """The views, by a number of queries that does not grow with the inspections."""
    items, answered, findings = (
        _items(session, inspections),
        _answered(session, inspections),
        _findings(session, inspections, actor),
    )
    views = []
    for inspection in inspections:
        total = items.get(inspection.checklist_id, 0)
        by_answer: dict[Answer, int] = {
            answer: answered[inspection.id][answer] for answer in Answer if answer is not Answer.NOT_SEEN
        }
        round_closed = inspection.round.closed_at is not None
        silent = round_closed or inspection.closed_at is not None
        views.append(
            InspectionView(
                inspection=inspection,
                light=feedback_light(inspection.feedback_due_at, closed=silent, calendar=calendar, now=now),
                items=total,
                answered={**by_answer, Answer.NOT_SEEN: total - sum(by_answer.values())},
                findings=findings[inspection.id],
                may_fill=filling_refused(inspection_facts(inspection), actor, round_closed=round_closed) is None,
            )
        )
    return views


def _items(session: Session, inspections: Sequence[Inspection]) -> dict[str, int]:
    ids = {inspection.checklist_id for inspection in inspections}
    query = select(ChecklistItem.checklist_id, func.count()).where(ChecklistItem.checklist_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(ChecklistItem.checklist_id))}


def _answered(session: Session, inspections: Sequence[Inspection]) -> dict[str, Counter[Answer]]:
    answers = InspectionAnswer
    query = select(answers.inspection_id, answers.answer, func.count()).where(
        answers.inspection_id.in_([inspection.id for inspection in inspections])
    )
    counted: dict[str, Counter[Answer]] = defaultdict(Counter)
    for inspection_id, answer, many in session.execute(query.group_by(answers.inspection_id, answers.answer)):
        counted[inspection_id][answer] = many
    return counted


def _findings(session: Session, inspections: Sequence[Inspection], actor: Actor) -> dict[str, list[Finding]]:
    query = select(Finding).where(
        Finding.inspection_id.in_([inspection.id for inspection in inspections]),
        findings_seen(actor),
        Finding.voided_at.is_(None),
    )
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in session.scalars(query.options(joinedload(Finding.checklist_item)).order_by(Finding.number)):
        found[finding.inspection_id or ""].append(finding)
    return found
