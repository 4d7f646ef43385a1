"""The figures of a weekly report, before anybody writes a word; findings are counted from their events alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, and_, case, false, func, not_, or_, select
from sqlalchemy.orm import Session

from service.models import Checklist, ChecklistItem, Event, Finding, WeeklyReport
from service.reports.figures_of_districts import campaigns, common_problems, difficulties
from service.reports.figures_of_sheets import sheet_counts
from service.reports.period import ReportPeriod, period_of
from service.scope import known_from_logging
from workflows.report_figures import CategoryCounts, Counts, Figures, Flows, Part
from workflows.vocabulary import Move, OrganizationKind, Severity, State

UNSORTED = "未分类"  # of findings that name no checklist item
FLOWS = Flows.__struct_fields__


@dataclass(frozen=True, slots=True)
class _Group:
    """The findings of one part, severity and category: what had happened when the period began, and when it ended."""

    part: Part
    severity: Severity
    category: str
    since: Flows
    until: Flows


def figures(session: Session, report: WeeklyReport, *, now: datetime) -> Figures:
    """The figures as of the report's deadline or, before that, of `now`: what handing it in would freeze.

    Findings are counted in total, major ones alone, and by the notice's categories; a district office's also by whom
    they are about. `found` to `reopened` say what happened in the period, `to_date` the same since the round began;
    `new` is what was found or came back, `carried_over` what was open when the period began, and `open` when it ended.
    What the week before has reported is taken from there: an event that was only just being written then is counted
    now, once.
    """
    period = period_of(session, report, now=now)
    groups, before = _groups(session, period), period.before
    major = [group for group in groups if group.severity is Severity.MAJOR]
    counted = Figures(
        since=period.since,
        until=period.until,
        total=_counts(groups, before.total if before else None),
        major=_counts(major, before.major if before else None),
        categories=_by_category(groups, before.categories if before else None, _headings(session, period)),
        sheets=sheet_counts(session, period),
    )
    if period.kind is not OrganizationKind.DISTRICT:
        return counted
    own = [group for group in groups if group.part == "own"]
    universities = [group for group in groups if group.part == "universities"]
    return replace(
        counted,
        own=_counts(own, before.own if before else None),
        universities=_counts(universities, before.universities if before else None),
        campaigns=campaigns(session, period),
        common_problems=common_problems(session, period),
        difficulties=difficulties(session, period),
    )


def _by_category(
    groups: Sequence[_Group], before: Sequence[CategoryCounts] | None, headings: Sequence[str]
) -> list[CategoryCounts]:
    """Every heading of the checklists, though nothing was found there, and what has none last."""
    counted_before = {row.category: row for row in before or ()}
    names = dict.fromkeys([*headings, *counted_before, *(group.category for group in groups)])
    rows = []
    for name in sorted(names, key=lambda name: name == UNSORTED):
        last_week = None if before is None else counted_before.get(name, Counts())
        counts = _counts([group for group in groups if group.category == name], last_week)
        rows.append(CategoryCounts(category=name, **asdict(counts)))
    return rows


def _counts(groups: Sequence[_Group], before: Counts | None) -> Counts:
    """The counts of some groups; those that the week before has reported begin where they ended then."""
    until = _sum([group.until for group in groups])
    since = before.to_date if before else _sum([group.since for group in groups])
    happened = {name: getattr(until, name) - getattr(since, name) for name in FLOWS}
    return Counts(
        **happened,
        new=happened["found"] + happened["reopened"],
        carried_over=_open(since),
        open=_open(until),
        to_date=until,
    )


def _sum(flows: Sequence[Flows]) -> Flows:
    return Flows(*(sum(getattr(one, name) for one in flows) for name in FLOWS))


def _open(flows: Flows) -> int:
    return flows.found + flows.reopened - flows.put_right - flows.voided


def _groups(session: Session, period: ReportPeriod) -> list[_Group]:
    """One pass over the events of the findings that count."""
    part = case((Finding.organization_id == period.organization_id, "own"), else_="universities")
    category = func.coalesce(ChecklistItem.category, UNSORTED)
    before = Event.at <= period.since if period.since else false()
    conditions = _conditions(period)
    whose = Finding.district_id if period.kind is OrganizationKind.DISTRICT else Finding.organization_id
    query = (
        select(part, Finding.severity, category)
        .add_columns(*(func.count(case((and_(before, conditions[name]), 1))) for name in FLOWS))
        .add_columns(*(func.count(case((conditions[name], 1))) for name in FLOWS))
        .join_from(Finding, Event, Event.finding_id == Finding.id)
        .outerjoin(ChecklistItem, Finding.checklist_item_id == ChecklistItem.id)
        .where(Finding.round_id == period.round_id, whose == period.organization_id, Event.at <= period.until)
        .group_by(part, Finding.severity, category)
    )
    groups = []
    for about, severity, name, *numbers in session.execute(query):
        since, until = Flows(*numbers[: len(FLOWS)]), Flows(*numbers[len(FLOWS) :])
        groups.append(_Group(about, severity, name, since, until))
    return groups


def _conditions(period: ReportPeriod) -> Mapping[str, ColumnElement[bool]]:
    """Which events count, by the names of `Flows`.

    A unit learns of a general finding of others with its notice, or when it is settled: for its own report it is
    found then, and was never there when it is withdrawn before.
    """
    unknown = and_(Finding.organization_id == period.organization_id, not_(known_from_logging()))
    was_found = Event.from_state == State.FOUND
    became_known = and_(unknown, was_found, Event.to_state != State.FOUND)
    found = or_(became_known, and_(not_(unknown), Event.move == Move.LOG))
    entered = and_(Event.to_state == State.ESCALATED, Event.from_state != State.ESCALATED)
    return {
        "found": found,
        "proposed": and_(found, Finding.proposed),
        "notified": Event.move == Move.NOTIFY,
        "put_right": Event.move.in_((Move.SETTLE, Move.REVIEW_PASS)),
        "overdue": Event.move == Move.EXPIRE,
        "escalated": entered,
        "voided": and_(Event.move == Move.VOID, not_(and_(unknown, was_found))),
        "reopened": Event.move == Move.REOPEN,
    }


def _headings(session: Session, period: ReportPeriod) -> list[str]:
    """The headings of the checklists that the figures are about, in the notice's order."""
    query = (
        select(ChecklistItem.category)
        .join(Checklist, ChecklistItem.checklist_id == Checklist.id)
        .where(Checklist.round_id == period.round_id)
        .group_by(ChecklistItem.category)
        .order_by(func.min(Checklist.annex), func.min(ChecklistItem.position))
    )
    if period.kind is OrganizationKind.UNIVERSITY:
        query = query.where(Checklist.audience == OrganizationKind.UNIVERSITY)
    return list(session.scalars(query))
