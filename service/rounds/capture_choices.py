"""What somebody who logs findings chooses from: the round, its units by district, its items by category, deadlines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Checklist, ChecklistItem, Organization, Round
from service.rounds.current import Unit, units_of
from service.rounds.rulebooks import calendar_in_force, rules_of
from service.rounds.running import running
from workflows.deadlines import working_days_after
from workflows.findings.facts import Actor
from workflows.findings.sides import origin_of
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind, Origin

TERMS = (3, 5, 10)  # working days


@dataclass(frozen=True, slots=True)
class UnitsOfDistrict:
    """The units of one district against which the actor logs."""

    district: Organization
    units: Sequence[Organization]


@dataclass(frozen=True, slots=True)
class ItemsOfCategory:
    """The checklist items under one heading of the notice, which the tables of both audiences may have."""

    category: str
    audience: OrganizationKind
    items: Sequence[ChecklistItem]


@dataclass(frozen=True, slots=True)
class DeadlineAhead:
    """A deadline to choose: so many working days from now, or none: the last working moment before the exam."""

    working_days: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CaptureChoices:
    """Everything to choose from in one round; `deadlines` is empty for those who notify nobody."""

    round: Round
    districts: Sequence[UnitsOfDistrict]
    categories: Sequence[ItemsOfCategory]
    deadlines: Sequence[DeadlineAhead]


def rounds_to_log_in(session: Session, *, actor: Actor, now: datetime) -> list[Round]:
    """The rounds that run now in which the actor logs against some unit, by their numbers."""
    opened = select(Round).where(Round.closed_at.is_(None)).order_by(Round.number)
    today = calendar_in_force(session).local_date(now)
    return [one for one in running(session.scalars(opened).all(), today) if any(_units(session, one, actor))]


def choices_of(session: Session, round_: Round, *, actor: Actor, now: datetime) -> CaptureChoices:
    """What the actor chooses from in that round."""
    units = list(_units(session, round_, actor))
    districts = [
        UnitsOfDistrict(district, [unit.organization for unit, _ in found])
        for district, found in groupby(units, key=lambda one: one[0].district)
    ]
    notifies = any(origin is not Origin.UNIT for _, origin in units)
    deadlines = list(_deadlines(rules_of(session, round_), now)) if notifies else []
    return CaptureChoices(round_, districts, _categories(session, round_), deadlines)


def _units(session: Session, round_: Round, actor: Actor) -> Iterator[tuple[Unit, Origin]]:
    for unit in units_of(session, round_):
        one, office = unit
        origin = origin_of(actor, unit_id=one.id, unit_kind=one.kind, district_id=office.id, round_id=round_.id)
        if origin:
            yield unit, origin


def _categories(session: Session, round_: Round) -> list[ItemsOfCategory]:
    query = (
        select(ChecklistItem, Checklist.audience)
        .join(Checklist, ChecklistItem.checklist_id == Checklist.id)
        .where(ChecklistItem.round_id == round_.id)
        .order_by(Checklist.annex, ChecklistItem.position)
    )
    by_heading = groupby(session.execute(query).all(), key=lambda row: (row.ChecklistItem.category, row.audience))
    return [ItemsOfCategory(*heading, [row.ChecklistItem for row in rows]) for heading, rows in by_heading]


def _deadlines(rules: Rules, now: datetime) -> Iterator[DeadlineAhead]:
    latest = rules.latest_deadline()
    for days in TERMS:
        at = working_days_after(rules.calendar, now, days)
        if latest is None or latest <= now or at <= latest:  # once that moment is past, the exam bounds nothing
            yield DeadlineAhead(days, at)
    if latest and latest > now:
        yield DeadlineAhead(None, latest)
