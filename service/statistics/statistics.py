"""Figures of the findings that a caller sees: how many, in which state, how many were put right in time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Row, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from service.findings.list import is_light
from service.models import Checklist, ChecklistItem, FindingTally, Organization, Round
from service.rounds.current import current_round
from service.statistics.counted import CountedFindings, CountedRows, rows_of_findings
from workflows.findings.facts import Actor
from workflows.findings.light import RED_STATES
from workflows.vocabulary import LAST_LEVEL, Light, Origin, Severity, State

BY: Mapping[str, Sequence[str]] = {
    "state": [str(word) for word in State],
    "light": [str(word) for word in Light],
    "severity": [str(word) for word in Severity],
    "origin": [str(word) for word in Origin],
    "escalation_level": [str(level) for level in range(LAST_LEVEL + 1)],
}  # what findings are counted by
ITEMS = ChecklistItem.metadata.tables[ChecklistItem.__tablename__]
_KEYS = ("district_id", "state", "severity", "escalation_level", "origin", "proposed", "ever_escalated", "ever_overdue")


class FindingGroup(NamedTuple):
    """The findings of equal state, light, severity, level, origin, district and heading, and how many there are."""

    state: State
    light: str
    severity: Severity
    escalation_level: int
    origin: Origin
    proposed: bool
    ever_overdue: bool
    ever_escalated: bool
    district_id: str
    category: str | None
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFigures:
    """How some findings stand; those that were withdrawn are not counted."""

    findings: int
    open: int
    proposed: int  # by the clock, and not taken up by anybody
    overdue: int  # now, as the next
    escalated: int
    ever_overdue: int  # whatever became of them, as the next
    ever_escalated: int
    put_right: int
    put_right_in_time: int  # of them: never overdue, never escalated

    @property
    def in_time_share(self) -> float | None:
        """Of what was put right, the part that was in time: 0 to 1; none while nothing is."""
        return round(self.put_right_in_time / self.put_right, 4) if self.put_right else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictFigures(FindingFigures):
    """The figures of one district."""

    district: Organization


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFigures(FindingFigures):
    """The figures under one of the notice's headings; none: of findings without a checklist item."""

    category: str | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures in total, by what findings are told apart by, by district, and by the notice's headings."""

    as_of: datetime
    round: Round | None  # none: of all rounds
    total: FindingFigures
    by: Mapping[str, Mapping[str, int]]  # 'state' → 'overdue' → how many
    districts: Sequence[DistrictFigures]
    categories: Sequence[CategoryFigures]  # in the notice's order, what has no heading last


def statistics(
    session: Session, *, actor: Actor, now: datetime, round_id: str | None = None, district_id: str | None = None
) -> Statistics:
    """The figures over the findings that the actor sees, of one round or of all, in one district or everywhere.

    Bureau and committee get those over what has reached them. Raises `NotAllowed` to administrators.
    """
    return statistics_of(session, CountedFindings(actor, round_id, district_id), now=now)[0]


def statistics_of(
    session: Session, counted: CountedFindings, *, now: datetime
) -> tuple[Statistics, list[FindingGroup]]:
    """The figures over some findings, and the groups that they are summed from."""
    round_ = current_round(session, counted.round_id, actor=counted.actor, now=now) if counted.round_id else None
    groups = _by_light(session.execute(_groups(counted, now)))
    figures = Statistics(
        as_of=now,
        round=round_,
        total=FindingFigures(**_counts(groups)),
        by=_by_word(groups),
        districts=_districts(session, groups),
        categories=_categories(session, groups),
    )
    return figures, groups


def _groups(counted: CountedFindings, now: datetime) -> CompoundSelect[*tuple[Any, ...]]:
    """How many there are of each key and heading: all of them, and once more those at risk, which are few at a time."""
    at_risk = rows_of_findings(FindingTally, *counted.conditions(), is_light(Light.AMBER, now))
    return union_all(_keyed(counted.by(FindingTally), at_risk=False), _keyed(at_risk, at_risk=True))


def _keyed(rows: CountedRows, *, at_risk: bool) -> Select[*tuple[Any, ...]]:
    category = ITEMS.c.category
    query = rows.summed(*_KEYS).add_columns(category, literal(at_risk)).group_by(category)
    return query.outerjoin_from(rows.table, ITEMS, rows.by["checklist_item_id"] == ITEMS.c.id)


def _by_light(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[FindingGroup]:
    """The groups: those at risk are amber, and are not green though they were counted among all."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for district_id, state, severity, level, origin, proposed, escalated, late, findings, category, at_risk in rows:
        rest = (severity, level, origin, proposed and state is State.FOUND, late, escalated, district_id, category)
        usual = Light.RED if state in RED_STATES else Light.GREEN
        counted[state, str(Light.AMBER if at_risk else usual), *rest] += findings
        if at_risk:
            counted[state, str(usual), *rest] -= findings
    return [FindingGroup._make([*key, findings]) for key, findings in counted.items() if findings]


def _counts(groups: Iterable[FindingGroup]) -> dict[str, int]:
    """The counts by the names of `FindingFigures`."""
    counted: Counter[str] = Counter()
    for group in groups:
        counted["findings"] += group.findings
        counted["put_right" if group.state is State.VERIFIED else "open"] += group.findings
        counted["ever_overdue"] += group.findings if group.ever_overdue else 0
        counted["ever_escalated"] += group.findings if group.ever_escalated else 0
        in_time = group.state is State.VERIFIED and not (group.ever_overdue or group.ever_escalated)
        counted["put_right_in_time"] += group.findings if in_time else 0
        counted["proposed"] += group.findings if group.proposed else 0
        counted[str(group.state)] += group.findings
    return {name: counted[name] for name in FindingFigures.__dataclass_fields__}


def _by_word(groups: Sequence[FindingGroup]) -> dict[str, dict[str, int]]:
    """Every word there is, though no finding has it."""
    by = {name: dict.fromkeys(words, 0) for name, words in BY.items()}
    for group in groups:
        for name, counts in by.items():
            counts[str(getattr(group, name))] += group.findings
    return by


def _districts(session: Session, groups: Sequence[FindingGroup]) -> list[DistrictFigures]:
    """By the districts' names."""
    of_district: dict[str, list[FindingGroup]] = defaultdict(list)
    for group in groups:
        of_district[group.district_id].append(group)
    query = select(Organization).where(Organization.id.in_(of_district)).order_by(Organization.name)
    return [
        DistrictFigures(district=district, **_counts(of_district[district.id])) for district in session.scalars(query)
    ]


def _categories(session: Session, groups: Sequence[FindingGroup]) -> list[CategoryFigures]:
    """In the notice's order, findings without a checklist item last."""
    of_category: dict[str | None, list[FindingGroup]] = defaultdict(list)
    for group in groups:
        of_category[group.category].append(group)
    order = (
        select(ChecklistItem.category)
        .join(Checklist, ChecklistItem.checklist_id == Checklist.id)
        .group_by(ChecklistItem.category)
        .order_by(func.min(Checklist.annex), func.min(ChecklistItem.position), ChecklistItem.category)
    )
    names: list[str | None] = [*(session.scalars(order) if of_category.keys() - {None} else ()), None]
    return [CategoryFigures(category=name, **_counts(of_category[name])) for name in names if name in of_category]
