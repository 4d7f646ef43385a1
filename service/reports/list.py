"""Weekly reports as callers see them: their own, and those of the places that they stand above."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.errors import existing
from service.models import ReportVersion, Round, WeeklyReport, with_names
from service.reports.figures import figures
from service.rounds.rulebooks import RulesOfRounds
from service.scope import reports_seen
from service.store.paging import DEFAULT_LIMIT, Order, Page, alternatives, columns_equal, page
from workflows.findings.facts import Actor
from workflows.report_figures import Figures
from workflows.reports import report_light, report_state
from workflows.vocabulary import Light, OrganizationKind, ReportState

_DEADLINE = (WeeklyReport.deadline.expression, WeeklyReport.id.expression, lambda row: row.deadline)
_ORDERS = {"deadline": Order(*_DEADLINE), "-deadline": Order(*_DEADLINE, descending=True)}
SORTS = tuple(_ORDERS)


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports are asked for; a name without a value does not filter."""

    round_id: str | None = None
    organization_id: str | tuple[str, ...] | None = None
    district_id: str | tuple[str, ...] | None = None
    week: int | tuple[int, ...] | None = None
    state: ReportState | tuple[ReportState, ...] | None = None
    kind: OrganizationKind | tuple[OrganizationKind, ...] | None = None  # university or district
    due_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report of a list, and how it stands."""

    report: WeeklyReport
    state: ReportState
    light: Light


@dataclass(frozen=True, slots=True)
class FullReportView(ReportView):
    """One report with everything in it."""

    figures: Figures  # frozen when it was handed in first; until then as of now
    words: dict[str, Any] | None  # as they were handed in last
    draft: dict[str, Any] | None  # only shown to the unit that owes it
    versions: Sequence[ReportVersion]


def list_reports(
    session: Session,
    wanted: ReportFilter,
    *,
    actor: Actor,
    now: datetime,
    sort: str = "deadline",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[ReportView]:
    """A page of the reports that the actor sees; `sort` is one of `SORTS`, the earliest first by default."""
    around = (WeeklyReport.organization, WeeklyReport.district, WeeklyReport.recipient, WeeklyReport.round)
    query = (
        select(WeeklyReport).where(reports_seen(actor), *_conditions(wanted, now)).options(*map(selectinload, around))
    )
    named = query.options(*with_names(WeeklyReport.submitted_by))
    found = page(session, named, _ORDERS[sort], cursor=cursor, limit=limit)
    rules_of_rounds = RulesOfRounds(session)
    return Page(
        [ReportView(report, *_standing(report, rules_of_rounds, now)) for report in found.items], found.next_cursor
    )


def seen_report(session: Session, report_id: str, *, actor: Actor, lock: bool = False) -> WeeklyReport:
    """The report; raises `NotFound` when it does not exist or the actor does not see it."""
    query = select(WeeklyReport).where(WeeklyReport.id == report_id, reports_seen(actor))
    query = query.options(joinedload(WeeklyReport.organization), joinedload(WeeklyReport.round))
    if lock:
        query = query.with_for_update(of=WeeklyReport)
    return existing(session.scalar(query.execution_options(populate_existing=True)))


def view_report(session: Session, report: WeeklyReport, *, actor: Actor, now: datetime) -> FullReportView:
    """The report with its figures and words, and its draft for the unit that owes it."""
    handed_in = versions(session, report)
    return FullReportView(
        report,
        *_standing(report, RulesOfRounds(session), now),
        figures=handed_in[0].figures if handed_in else figures(session, report, now=now),
        words=handed_in[-1].words if handed_in else None,
        draft=report.draft if actor.organization_id == report.organization_id else None,
        versions=handed_in,
    )


def versions(session: Session, report: WeeklyReport) -> Sequence[ReportVersion]:
    """The report as it was handed in and handed in again, oldest first."""
    query = select(ReportVersion).where(ReportVersion.report_id == report.id).order_by(ReportVersion.version)
    return session.scalars(query.options(*with_names(ReportVersion.submitted_by))).all()


def stands_as(state: ReportState, now: datetime) -> ColumnElement[bool]:
    """`workflows.reports.report_state` as a condition on rows; those of a closed round stand as they stood then."""
    closed_at = select(Round.closed_at).where(Round.id == WeeklyReport.round_id).scalar_subquery()
    submitted = WeeklyReport.submitted_at.is_not(None)
    in_time = or_(WeeklyReport.deadline >= now, and_(closed_at.is_not(None), WeeklyReport.deadline >= closed_at))
    missing = and_(WeeklyReport.missing_at <= now, or_(closed_at.is_(None), WeeklyReport.missing_at <= closed_at))
    return {
        ReportState.SUBMITTED: submitted,
        ReportState.OWED: and_(~submitted, in_time),
        ReportState.LATE: and_(~submitted, ~in_time, ~missing),
        ReportState.MISSING: and_(~submitted, missing),
    }[state]


def _standing(report: WeeklyReport, rules_of_rounds: RulesOfRounds, now: datetime) -> tuple[ReportState, Light]:
    """How a report stands; in a closed round as it stood then, and green: nothing is asked of anybody any more."""
    rules = rules_of_rounds.of(report.round_id, report.round.policy_version)
    instants = (report.deadline, report.missing_at, report.submitted_at)
    state = report_state(*instants, now=min(now, report.round.closed_at or now))
    return state, Light.GREEN if rules.silent else report_light(rules, state, report.deadline, now)


def _conditions(wanted: ReportFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    yield from columns_equal(WeeklyReport, wanted, "round_id", "organization_id", "district_id", "week")
    if states := alternatives(wanted.state):
        yield or_(*(stands_as(state, now) for state in states))
    if wanted.due_until is not None:
        yield WeeklyReport.deadline <= wanted.due_until
    if kinds := alternatives(wanted.kind):
        of_office = WeeklyReport.organization_id == WeeklyReport.district_id
        yield or_(*(of_office if kind is OrganizationKind.DISTRICT else ~of_office for kind in kinds))
