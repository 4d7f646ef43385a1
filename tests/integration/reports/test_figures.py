"""The figures of weekly reports: what they count, and that a recount of the events in plain Python says the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.escalations import void
from service.models import Event, ReportVersion, WeeklyReport
from service.reports.figures import figures
from tests.build.busy_weeks import BusyWeeks
from tests.build.checklists import add_checklist
from tests.build.recount import COUNTS, Life, lives, slices
from tests.build.weekly import OPENED_AT, hand_in, report_of
from tests.worlds.books import DEADLINE, Town, local, log_finding, notify_finding
from workflows.report_figures import Counts, Figures
from workflows.vocabulary import Move, Severity

ITEMS = [("1-1", "组织领导情况"), ("1-12", "标准化考点建设"), ("1-13", "标准化考点建设"), ("2-1", "组织领导情况")]
FLOWS = [name for name in COUNTS if name != "new"]
WEDNESDAY, THURSDAY = local(4, 15, 10), local(4, 16)


def figures_of(session: Session, report: WeeklyReport, now: datetime) -> Figures:
    """Frozen ones, or what they would be now."""
    frozen = select(ReportVersion.figures).where(ReportVersion.report_id == report.id, ReportVersion.version == 1)
    return session.scalar(frozen) or figures(session, report, now=now)


def parts(told: Figures) -> dict[str, Counts]:
    """Each part by its name, categories too."""
    named = {"total": told.total, "major": told.major, "own": told.own, "universities": told.universities}
    return {name: part for name, part in named.items() if part} | {row.category: row for row in told.categories}


def equals(told: Figures, counted: Mapping[str, Mapping[str, int]]) -> None:
    for name, part in parts(told).items():
        expected = counted.get(name, {})
        for count in (*COUNTS, "carried_over", "open"):
            assert getattr(part, count) == expected.get(count, 0), f"{name}: {count}"
    assert set(counted) <= set(parts(told)) | {name for name, part in counted.items() if not any(part.values())}


@pytest.mark.parametrize("seed", [2021, 35])
def test_the_figures_of_every_week_equal_a_recount_and_add_up(session: Session, laid_out: Town, seed: int) -> None:
    town = laid_out
    items = [item.id for item in add_checklist(session, town.round, ITEMS)]
    weeks = BusyWeeks(session, town, items, OPENED_AT, Random(seed))  # noqa: S311 - the same every time
    weeks.go_on(100)
    assert weeks.now > local(5, 5)
    happened = set(session.scalars(select(Event.move)))
    assert {Move.SETTLE, Move.REVIEW_PASS, Move.REOPEN, Move.VOID, Move.EXPIRE, Move.SET_ANEW} <= happened
    found = lives(session)
    for unit in (town.college, town.neighbour_college, town.district_office):
        query = select(WeeklyReport).where(WeeklyReport.organization_id == unit.id)
        reports = session.scalars(query.order_by(WeeklyReport.deadline)).all()
        begun = [reports[0], *(report for before, report in pairwise(reports) if before.deadline < weeks.now)]
        assert {report.submitted_at is None for report in begun} == {True, False}
        _check_weeks(session, found, begun, weeks.now)


def _check_weeks(session: Session, found: Sequence[Life], reports: Sequence[WeeklyReport], now: datetime) -> None:
    told = [figures_of(session, report, now) for report in reports]
    since = None
    for report, of_week in zip(reports, told, strict=True):
        until = min(report.deadline, report.submitted_at or now)
        assert (of_week.since, of_week.until) == (since, until)
        equals(of_week, slices(found, report, since, until))
        since = until
    whole = slices(found, reports[-1], None, since or now)
    for name in whole:
        weeks = [parts(of_week).get(name, Counts()) for of_week in told]
        for count in FLOWS:
            assert sum(getattr(week, count) for week in weeks) == whole[name][count], f"{name}: {count} does not add up"
        if name in parts(told[-1]):
            assert {count: getattr(parts(told[-1])[name].to_date, count) for count in FLOWS} == {
                count: whole[name][count] for count in FLOWS
            }
        assert all(before.open == after.carried_over for before, after in pairwise(weeks))
    for part in (part for of_week in told for part in parts(of_week).values()):
        balance = part.carried_over + part.found + part.reopened - part.put_right - part.voided
        assert part.open == balance
        assert part.new == part.found + part.reopened


def test_a_university_is_not_told_in_figures_what_it_does_not_know_yet(session: Session, laid_out: Town) -> None:
    """General findings of others count for it from their notice, major ones and its own at once."""
    town, report = laid_out, report_of(session, laid_out.college, 3)
    finding = log_finding(session, town, at=OPENED_AT)
    log_finding(session, town, at=OPENED_AT, severity=Severity.MAJOR)
    log_finding(session, town, at=OPENED_AT, by=town.university)
    assert figures(session, report, now=WEDNESDAY).total.found == 2
    void(session, finding.id, actor=town.team_head, now=WEDNESDAY, reason="登记有误")
    assert figures(session, report, now=WEDNESDAY).total.voided == 0
    notify_finding(session, town, at=WEDNESDAY, deadline=DEADLINE)
    total = figures(session, report, now=WEDNESDAY).total
    assert (total.found, total.notified, total.open) == (3, 1, 3)
    of_office = figures(session, report_of(session, town.district_office, 3), now=WEDNESDAY)
    assert (of_office.total.found, of_office.total.voided) == (4, 1)


def test_every_heading_has_its_row_and_what_has_none_comes_last(session: Session, laid_out: Town) -> None:
    town = laid_out
    add_checklist(session, town.round, ITEMS)
    report, of_office = report_of(session, town.college, 3), report_of(session, town.district_office, 3)
    headings = ["组织领导情况", "标准化考点建设"]
    assert [row.category for row in figures(session, report, now=WEDNESDAY).categories] == headings
    log_finding(session, town, at=OPENED_AT, by=town.university)
    for one in (report, of_office):
        rows = figures(session, one, now=WEDNESDAY).categories
        assert [(row.category, row.found) for row in rows] == [*((name, 0) for name in headings), ("未分类", 1)]


def test_what_was_still_being_written_when_a_week_was_reported_is_counted_in_the_next(
    session: Session, laid_out: Town
) -> None:
    town = laid_out
    hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY)
    log_finding(session, town, by=town.university, at=WEDNESDAY)  # its transaction ended after the report's
    later = figures(session, report_of(session, town.college, 4), now=local(4, 20, 10))
    assert (later.total.found, later.total.carried_over, later.total.open) == (1, 0, 1)
    assert later.categories[-1].found == 1


def test_the_week_that_lies_ahead_is_empty_so_far(session: Session, laid_out: Town) -> None:
    town = laid_out
    log_finding(session, town, by=town.university, at=OPENED_AT)
    ahead = figures(session, report_of(session, town.college, 6), now=WEDNESDAY)
    assert (ahead.total.found, ahead.total.carried_over, ahead.total.open) == (0, 1, 1)


def test_a_report_that_comes_late_counts_until_its_deadline(session: Session, laid_out: Town) -> None:
    town = laid_out
    log_finding(session, town, by=town.university, at=THURSDAY)
    log_finding(session, town, by=town.university, at=local(4, 16, 18))
    assert figures(session, report_of(session, town.college, 4), now=local(4, 17, 8)).total.found == 1
    made = hand_in(session, town.college, 3, by=town.university, at=local(4, 17, 9))
    assert (made.figures.total.found, made.figures.until) == (1, THURSDAY)
    assert figures(session, report_of(session, town.college, 4), now=local(4, 17, 10)).total.found == 1
