"""The overview of leaders and offices: districts by headings, states week by week, how long it takes, who lags."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from service.models import Event, Finding, Organization
from service.statistics.statistics import FindingGroup, Statistics, counted_findings, statistics_of
from workflows.findings.facts import Actor
from workflows.findings.light import RED_STATES
from workflows.vocabulary import State

WEEKS = 12  # of the picture of states
MOST_UNITS = 10  # of the ranking


@dataclass(frozen=True, slots=True)
class Durations:
    """How long some findings took from notification (or logging) until they were put right, in days."""

    findings: int
    median: float
    p90: float  # nine of ten took no longer


@dataclass(frozen=True, slots=True)
class Week:
    """How many findings were in which state at one moment."""

    at: datetime
    states: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How one unit stands among the others."""

    organization: Organization
    findings: int
    red: int  # overdue or escalated now
    ever_overdue: int
    recurrences: int  # findings that came back after they had been put right


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview shows, all over the findings that one actor sees."""

    statistics: Statistics
    heat: Mapping[tuple[str, str | None], int]  # district and heading → open findings
    lights: Mapping[tuple[str, str], int]  # district and light → findings
    durations: Mapping[str | None, Durations]  # by district; none: in all
    weeks: Sequence[Week]
    units: Sequence[UnitFigures]  # the worst first


def overview(
    session: Session, *, actor: Actor, now: datetime, round_id: str | None = None, district_id: str | None = None
) -> Overview:
    """The overview, of one round or of all, in one district or everywhere. Raises `NotAllowed` to administrators."""
    counted = counted_findings(actor, round_id=round_id, district_id=district_id)
    figures, groups = statistics_of(session, counted, actor=actor, now=now, round_id=round_id)
    return Overview(
        statistics=figures,
        heat=_open(groups, lambda one: (one.district_id, one.category)),
        lights=_open(groups, lambda one: (one.district_id, one.light)),
        durations=_durations(session, counted),
        weeks=_weeks(session, counted, now),
        units=_units(session, counted),
    )


def _open(groups: Iterable[FindingGroup], key: Callable[[FindingGroup], Any]) -> Mapping[Any, int]:
    """How many open findings there are of each key."""
    summed: Counter[Any] = Counter()
    for group in groups:
        if group.state is not State.VERIFIED:
            summed[key(group)] += group.findings
    return summed


def _durations(session: Session, counted: Sequence[ColumnElement[bool]]) -> dict[str | None, Durations]:
    since = func.coalesce(Finding.notified_at, Finding.created_at, type_=Finding.created_at.type)
    query = select(Finding.district_id, since, Finding.verified_at).where(*counted, Finding.verified_at.is_not(None))
    days: dict[str | None, list[float]] = defaultdict(list)
    for district_id, began, until in session.execute(query):
        took = max((until - began) / timedelta(days=1), 0.0) if until else 0.0
        days[district_id].append(took)
        days[None].append(took)
    return {place: durations_of(took) for place, took in days.items()}


def durations_of(days: Sequence[float]) -> Durations:
    """The middle of some durations, and what nine of ten stay below."""
    ninth = quantiles(days, n=10, method="inclusive")[-1] if len(days) > 1 else days[0]
    return Durations(len(days), median(days), ninth)


def _weeks(session: Session, counted: Sequence[ColumnElement[bool]], now: datetime) -> list[Week]:
    """Each week's end, the last of them now: what has entered a state by then, less what has left it."""
    ends = [now - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    week = case(*((Event.at <= end, number) for number, end in enumerate(ends)), else_=WEEKS)
    query = (
        select(week.label("week"), Event.from_state, Event.to_state, func.count())
        .join(Finding, Event.finding_id == Finding.id)
        .where(*counted, Event.at <= now, or_(Event.from_state.is_(None), Event.from_state != Event.to_state))
        .group_by("week", Event.from_state, Event.to_state)
    )
    moved: dict[int, Counter[State]] = defaultdict(Counter)
    for number, before, after, times in session.execute(query):
        moved[number][after] += times
        if before is not None:
            moved[number][before] -= times
    stands: Counter[State] = Counter()
    weeks = []
    for number, end in enumerate(ends):
        stands.update(moved[number])
        weeks.append(Week(end, {state: stands[state] for state in State}))
    return weeks


def _units(session: Session, counted: Sequence[ColumnElement[bool]]) -> list[UnitFigures]:
    red = func.sum(case((Finding.state.in_(RED_STATES), 1), else_=0))
    late = func.sum(case((Finding.first_overdue_at.is_not(None), 1), else_=0))
    back = func.sum(case((Finding.recurrences > 0, 1), else_=0))
    query = (
        select(Organization, func.count(), red, late, back)
        .join(Finding, Finding.organization_id == Organization.id)
        .where(*counted)
        .group_by(Organization.id)
        .having(or_(red > 0, late > 0, back > 0))
        .order_by(red.desc(), late.desc(), back.desc(), Organization.name)
        .limit(MOST_UNITS)
    )
    return [UnitFigures(*row) for row in session.execute(query)]
