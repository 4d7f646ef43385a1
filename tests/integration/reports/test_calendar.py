"""A calendar that is published while a round is under way: the deadlines that lie ahead follow it."""

from sqlalchemy.orm import Session

from service.reports.plan import next_plan_at, plan_due
from service.reports.submit import save_report_draft
from service.rounds.rulebooks import keep_calendar
from tests.build.weekly import FRIDAYS, OPENED_AT, THURSDAYS, owed, report_of
from tests.worlds.books import Town, local
from workflows.calendar import shipped_calendar_text


def holiday_on(days: str, work: str = "") -> str:
    """The calendar with further days off in 2026, as a notice may order them late."""
    text, anchor = shipped_calendar_text(), "2026-06-19"
    assert anchor in text
    return text.replace(anchor, f"{days}, {anchor}", 1).replace("china-2026.1", f"china-2026.{days}{work}")


def test_a_calendar_that_is_published_late_moves_the_deadlines_ahead(session: Session, laid_out: Town) -> None:
    town = laid_out
    published_at = local(5, 21, 10)
    keep_calendar(session, holiday_on("2026-05-28"), now=published_at)
    assert next_plan_at(session) == published_at
    plan_due(session, now=published_at)
    moved = [(9, (5, 27)) if week == 9 else (week, day) for week, day in THURSDAYS]
    assert owed(session, town.college) == moved
    assert owed(session, town.district_office) == FRIDAYS
    report = report_of(session, town.college, 9)
    assert (report.next_action_at, report.missing_at.replace(microsecond=0)) == (local(5, 27, 9), local(5, 29))


def test_a_week_that_a_late_holiday_takes_away_is_owed_no_longer_unless_it_was_begun(
    session: Session, laid_out: Town
) -> None:
    town = laid_out
    begun = report_of(session, town.college, 9).id
    save_report_draft(session, begun, {"plan": "照常"}, version=1, actor=town.university, now=OPENED_AT)
    session.commit()
    published_at = local(5, 21, 10)
    keep_calendar(session, holiday_on("2026-05-22, 2026-05-25, 2026-05-26, 2026-05-27, 2026-05-28"), now=published_at)
    plan_due(session, now=published_at)
    assert [week for week, _ in owed(session, town.neighbour_college)] == [3, 4, 5, 6, 7, 8, 10]
    assert [week for week, _ in owed(session, town.college)] == [3, 4, 5, 6, 7, 8, 9, 10]


def test_a_deadline_is_not_moved_into_the_past(session: Session, laid_out: Town) -> None:
    town = laid_out
    on_the_very_day = local(5, 28, 10)
    keep_calendar(session, holiday_on("2026-05-28"), now=on_the_very_day)
    plan_due(session, now=on_the_very_day)
    assert owed(session, town.college) == THURSDAYS
