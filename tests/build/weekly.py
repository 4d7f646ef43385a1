"""Weekly reports of the town: laid out, looked up by unit and week, and the alerts about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.texts import texts_of
from service.models import AT_ONCE, Alert, JournalEntry, Organization, ReportVersion, WeeklyReport
from service.reports.list import FullReportView, seen_report, view_report
from service.reports.plan import plan_due
from service.reports.submit import submit_report
from service.reports.sweep import next_report_at, sweep_reports
from tests.worlds.books import SHANGHAI, Town, local
from workflows.findings.facts import Actor
from workflows.journal import SubjectKind

OPENED_AT = local(4, 13, 10)  # a Monday: the first week of the town is the third of its round
# the weeks and deadlines of the town's universities; its round is from 1 April to 5 June 2026
THURSDAYS = [
    (3, (4, 16)),
    (4, (4, 23)),
    (5, (4, 30)),
    (6, (5, 7)),
    (7, (5, 14)),
    (8, (5, 21)),
    (9, (5, 28)),
    (10, (6, 4)),
]
# and of its district offices: 1 May is Labour Day, and brings its Friday forward
FRIDAYS = [
    (3, (4, 17)),
    (4, (4, 24)),
    (5, (4, 30)),
    (6, (5, 8)),
    (7, (5, 15)),
    (8, (5, 22)),
    (9, (5, 29)),
    (10, (6, 5)),
]
WORDS = {"self_check": "对照附件1逐项自查，已落实。"}


def lay_out(session: Session, town: Town, *, now: datetime = OPENED_AT) -> None:
    """Every unit's reports, from that moment on."""
    town.round.replan_at = AT_ONCE
    session.flush()
    plan_due(session, now=now)
    session.commit()


def owed(session: Session, unit: Organization) -> list[tuple[int, tuple[int, int]]]:
    """The unit's reports: week, and month and day of the deadline, which is at 17:00."""
    query = select(WeeklyReport).where(WeeklyReport.organization_id == unit.id).order_by(WeeklyReport.deadline)
    reports = session.scalars(query.execution_options(populate_existing=True)).all()
    deadlines = [report.deadline.astimezone(SHANGHAI) for report in reports]
    assert {at.strftime("%H:%M") for at in deadlines} <= {"17:00"}
    return [(report.week, (at.month, at.day)) for report, at in zip(reports, deadlines, strict=True)]


def report_of(session: Session, unit: Organization, week: int) -> WeeklyReport:
    """One report as the database has it now."""
    query = select(WeeklyReport).where(WeeklyReport.organization_id == unit.id, WeeklyReport.week == week)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def hand_in(session: Session, unit: Organization, week: int, *, by: Actor, at: datetime, **words: Any) -> ReportVersion:
    """The unit's report, with these words."""
    report = report_of(session, unit, week)
    return submit_report(session, report.id, {**WORDS, **words}, language="zh", actor=by, now=at)


def sweep_reports_until(session: Session, until: datetime) -> None:
    """Sweep reports at every instant at which one is due."""
    while (due_at := next_report_at(session)) and due_at <= until:
        while sweep_reports(session, now=due_at):
            pass


def entries(session: Session, report: WeeklyReport) -> list[str]:
    """What the journal says of a report: «late 04-16 17:00», by the instant it was due or done."""
    query = select(JournalEntry).where(
        JournalEntry.subject_kind == SubjectKind.REPORT, JournalEntry.subject_id == report.id
    )
    lines = []
    for entry in session.scalars(query.order_by(JournalEntry.position)):
        at = datetime.fromisoformat(entry.data["due_at"]) if "due_at" in entry.data else entry.at
        step = f".{entry.data['step']}" if "step" in entry.data else ""
        lines.append(f"{entry.act}{step} {at.astimezone(SHANGHAI):%m-%d %H:%M}")
    return lines


def hearers(session: Session, town: Town, report: WeeklyReport) -> dict[str, list[str]]:
    """Who heard of a report, by the names of `Town`, for each kind of alert."""
    names = {actor.id: name for name, actor in town.everybody().items()}
    query = select(Alert.kind, Alert.person_id).join(JournalEntry, Alert.entry_id == JournalEntry.id)
    heard: dict[str, list[str]] = {}
    for kind, person_id in session.execute(query.where(JournalEntry.subject_id == report.id)):
        heard.setdefault(kind, []).append(names[person_id])
    return {kind: sorted(who) for kind, who in heard.items()}


def texts(session: Session, who: Actor, language: str = "zh") -> list[str]:
    """The texts of the alerts that somebody got, in order."""
    ids = session.scalars(select(Alert.id).where(Alert.person_id == who.id).order_by(Alert.created_at)).all()
    return list(texts_of(session, ids, language).values())


def view(session: Session, unit: Organization, week: int, *, actor: Actor, now: datetime) -> FullReportView:
    """The report as somebody sees it."""
    report = seen_report(session, report_of(session, unit, week).id, actor=actor)
    return view_report(session, report, actor=actor, now=now)
