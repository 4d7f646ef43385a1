"""Today beside the findings: sheets to fill in, reports to hand in or to press for, campaigns without an action."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from api.console.rendering import day, short_time, text
from api.console.reports import OVERDUE, found_reports, own_reports
from api.http.context import RequestContext, language
from service.campaigns.list import CampaignFilter, list_campaigns
from service.inspections.list import InspectionFilter, list_inspections
from service.reports.list import ReportView
from service.wording import word
from service.wording.texts import ZONE
from workflows.campaigns import week_of
from workflows.vocabulary import CENTRE_ROLES, TEAM_ROLES, UNIT_ROLES, Answer, Light, Role

MOST = 10  # rows of a group: the rest is in its list
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One thing to do: where it is done, and what one reads of it."""

    address: str
    light: Light
    head: str
    summary: str
    foot: str
    by: str


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """Work of one kind."""

    name: str
    rows: list[WorkRow]
    all_at: str  # where the whole list is


def work_of(context: RequestContext) -> list[WorkGroup]:
    """What waits for the caller beside findings, by kind; kinds of which nothing waits are left out."""
    return [group for group in _groups(context) if group.rows]


def _groups(context: RequestContext) -> Iterator[WorkGroup]:
    actor = context.actor
    if actor.holds(*UNIT_ROLES):
        due_soon = [view for view in own_reports(context) if view.report.deadline - context.now < A_WEEK]
        yield WorkGroup("reports", [_report_row(view) for view in due_soon], "/reports")
    if actor.holds(*TEAM_ROLES, *UNIT_ROLES):
        yield WorkGroup("sheets", list(_sheets(context)), "/inspections")
    if actor.holds(*CENTRE_ROLES, Role.DISTRICT):
        late = found_reports(context, {"state": OVERDUE, "limit": MOST, "sort": "-deadline"}).items
        below = [view for view in late if view.report.organization_id != actor.organization_id]
        yield WorkGroup("late_reports", [_report_row(view) for view in below], "/reports?state=late&state=missing")
    if actor.holds(Role.DISTRICT):
        yield WorkGroup("campaigns", list(_campaigns(context)), "/campaigns")


def _sheets(context: RequestContext) -> Iterator[WorkRow]:
    wanted = InspectionFilter(to_fill=True)
    found = list_inspections(context.session, wanted, actor=context.actor, now=context.now, limit=MOST)
    for view in [one for one in found.items if one.may_fill]:
        sheet, due_at = view.inspection, view.inspection.feedback_due_at
        yield WorkRow(
            f"/inspections/{sheet.id}",
            view.light,
            f"{sheet.number} · {word(sheet.kind, language())}",
            sheet.organization.name,
            text("work.progress", done=view.items - view.answered[Answer.NOT_SEEN], of=view.items),
            text("work.feedback_by", at=short_time(due_at)) if due_at else "",
        )


def _report_row(view: ReportView) -> WorkRow:
    report = view.report
    return WorkRow(
        f"/reports/{report.id}",
        view.light,
        f"{text('reports.nth', week=report.week)} · {word(view.state, language())}",
        report.organization.name,
        text("reports.to", name=report.recipient.name),
        text("work.by", at=short_time(report.deadline)),
    )


def _campaigns(context: RequestContext) -> Iterator[WorkRow]:
    monday = week_of(context.now.astimezone(ZONE).date())
    for one in list_campaigns(context.session, CampaignFilter(since=monday), actor=context.actor):
        if one.districts and not one.total.actions:
            address, name = f"/campaigns/{one.code}/actions", word(one.code, language())
            yield WorkRow(address, Light.GREEN, "", name, text("work.none_since", on=day(monday)), "")
