"""The overview of leaders and offices: districts by headings, states week by week, how long it takes, who lags."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from service.models import DurationTally, Organization, UnitTally
from service.statistics.counted import CountedFindings
from service.statistics.statistics import FindingGroup, Statistics, statistics_of
from service.statistics.weeks import Week, weeks
from workflows.findings.facts import Actor
from workflows.findings.light import RED_STATES
from workflows.vocabulary import State

MOST_UNITS = 10  # of the ranking


@dataclass(frozen=True, slots=True)
class Durations:
    """How long some findings took from notification (or logging) until they were put right, in days."""

    findings: int
    median: float  # to the tenth, as the next
    p90: float  # nine of ten took no longer


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
    counted = CountedFindings(actor, round_id, district_id)
    figures, groups = statistics_of(session, counted, now=now)
    present = {state: figures.by["state"][str(state)] for state in State}
    return Overview(
        statistics=figures,
        heat=_open(groups, lambda one: (one.district_id, one.category)),
        lights=_open(groups, lambda one: (one.district_id, one.light)),
        durations=_durations(session, counted),
        weeks=weeks(session, counted, now=now, present=present),
        units=_units(session, counted),
    )


def _open(groups: Iterable[FindingGroup], key: Callable[[FindingGroup], Any]) -> Mapping[Any, int]:
    """How many open findings there are of each key."""
    summed: Counter[Any] = Counter()
    for group in groups:
        if group.state is not State.VERIFIED:
            summed[key(group)] += group.findings
    return summed


def _durations(session: Session, counted: CountedFindings) -> dict[str | None, Durations]:
    """By district, and over all."""
    tenths: dict[str | None, Counter[int]] = defaultdict(Counter)
    for district_id, took, findings in session.execute(counted.by(DurationTally).summed("district_id", "tenths")):
        tenths[district_id][took] += findings
        tenths[None][took] += findings
    return {place: durations_of(took) for place, took in tenths.items() if took.total()}


def durations_of(tenths: Mapping[int, int]) -> Durations:
    """The middle of some durations, and what nine of ten stay within, by how many took how many tenths of a day."""
    ordered = sorted(tenths)
    up_to = list(accumulate(tenths[took] for took in ordered))
    all_of_them = up_to[-1]
    middle = (ordered[bisect(up_to, all_of_them / 2)] for bisect in (bisect_left, bisect_right))
    return Durations(all_of_them, sum(middle) / 20, ordered[bisect_left(up_to, 0.9 * all_of_them)] / 10)


def _units(session: Session, counted: CountedFindings) -> list[UnitFigures]:
    """The worst first; not those of which nothing is red, ever was or came back."""
    rows = counted.by(UnitTally)

    def those(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, rows.findings))), literal(0), type_=Integer())

    of, unit = rows.by, rows.by["organization_id"]
    red, late, back = those(of["state"].in_(RED_STATES)), those(of["ever_overdue"]), those(of["came_back"])
    told = (func.sum(rows.findings).label("findings"), red.label("red"), late.label("late"), back.label("back"))
    ranked = select(unit, *told).where(*rows.conditions).group_by(unit).having(or_(red > 0, late > 0, back > 0))
    summed = ranked.subquery()
    figures = (summed.c.findings, summed.c.red, summed.c.late, summed.c.back)
    query: Select[*tuple[Any, ...]] = (
        select(Organization, *(cast(figure, Integer) for figure in figures))
        .join(summed, Organization.id == summed.c.organization_id)
        .order_by(*(figure.desc() for figure in figures[1:]), Organization.name)
        .limit(MOST_UNITS)
    )
    return [UnitFigures(*row) for row in session.execute(query)]
