"""Weekly reports as callers see them: how each stands, its figures, its words, and the draft of whoever owes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.models import ReportVersion, WeeklyReport
from service.reports.list import versions
from service.reports.prefill import prefill
from service.rounds.rulebooks import RulesOfRounds
from workflows.findings.facts import Actor
from workflows.reports import report_light, report_state
from workflows.vocabulary import Light, ReportState


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report of a list."""

    report: WeeklyReport
    state: ReportState
    light: Light


@dataclass(frozen=True, slots=True)
class WholeReportView(ReportView):
    """One report with everything in it."""

    figures: dict[str, Any]  # frozen when it was handed in first; until then as of now
    words: dict[str, Any] | None  # as they were handed in last
    draft: dict[str, Any] | None  # for nobody but whoever owes it
    versions: Sequence[ReportVersion]


def report_views(session: Session, reports: Sequence[WeeklyReport], *, now: datetime) -> list[ReportView]:
    """How they stand; those of a closed round as they stood then, and nothing is asked of anybody any more."""
    rules_of_rounds = RulesOfRounds(session)
    seen = []
    for report in reports:
        rules = rules_of_rounds.of(report.round_id, report.round.policy_version)
        instants = (report.deadline, report.missing_at, report.submitted_at)
        state = report_state(*instants, now=min(now, report.round.closed_at or now))
        light = Light.GREEN if rules.silent else report_light(rules, state, report.deadline, now)
        seen.append(ReportView(report, state, light))
    return seen


def report_view(session: Session, report: WeeklyReport, *, actor: Actor, now: datetime) -> WholeReportView:
    """One of them, whole."""
    (seen,) = report_views(session, [report], now=now)
    handed_in = versions(session, report)
    return WholeReportView(
        report=report,
        state=seen.state,
        light=seen.light,
        figures=handed_in[0].figures if handed_in else prefill(session, report, now=now),
        words=handed_in[-1].words if handed_in else None,
        draft=report.draft if actor.organization_id == report.organization_id else None,
        versions=handed_in,
    )
