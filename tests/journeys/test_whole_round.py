"""The whole round of 2021 through the API: every weekly report agrees with the events, and nobody is forgotten.

On PostgreSQL, by a role that may change nothing of what is on record.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from service.audit.verify import verify
from service.models import Alert, Event, Finding, Inspection, JournalEntry, Person, ReportVersion, WeeklyReport
from service.records.journal import SHOWN_SUBJECTS
from service.store.grants import grant
from tests.journeys.office import Office, open_office
from tests.journeys.recount import FLOWS, histories, recount
from tests.journeys.whole_round import FORGETFUL, IDLE, LATE, LATE_OFFICE, NEVER, WEEKS, Season
from tests.servers import PostgreSQL
from tests.worlds.http import local
from workflows.vocabulary import Move, Role, State

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def season(
    postgresql: PostgreSQL, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Season]:
    grant(postgresql.create_database("whole_round", template=postgresql_template), "duban_app")
    url = postgresql.url("whole_round", role="duban_app")
    season = Season(open_office(url, tmp_path_factory.mktemp("office")), Random(35))  # noqa: S311 - the same season every time
    season.play()
    yield season
    season.office.engine.dispose()


@pytest.fixture
def office(season: Season) -> Office:
    return season.office


def test_the_season_had_everything_in_it(season: Season, office: Office) -> None:
    with office.session() as session:
        moves = Counter(session.scalars(select(Event.move)))
        sheets = session.scalar(select(func.count(Inspection.id)))
    assert sheets == season.inspected + 51
    happened = {move for move, times in moves.items() if times}
    assert happened >= {
        *(Move.LOG, Move.NOTIFY, Move.BEGIN, Move.SUBMIT, Move.REVIEW_PASS, Move.REVIEW_FAIL),
        *(Move.EXPIRE, Move.ESCALATE, Move.OPINE, Move.SET_ANEW, Move.REMIND),
    }


def test_every_unit_owed_a_report_every_week(office: Office) -> None:
    with office.session() as session:
        counts = session.execute(
            select(WeeklyReport.organization_id, func.count()).group_by(WeeklyReport.organization_id)
        ).all()
    assert len(counts) == 51
    assert {count for _, count in counts} == {WEEKS}


def test_the_figures_of_every_weekly_report_equal_a_recount_of_the_events(office: Office) -> None:
    with office.session() as session:
        told = histories(session, office.round_id)
        reports = session.scalars(select(WeeklyReport).order_by(WeeklyReport.organization_id, WeeklyReport.week)).all()
        versions = {version.report_id: version for version in session.scalars(select(ReportVersion))}
        ended = {(report.organization_id, report.week): _end(report) for report in reports}
        compared = Counter[str]()
        for report in reports:
            if report.id not in versions:
                continue
            until = _end(report)
            tally = recount(report, told, ended.get((report.organization_id, report.week - 1)), until)
            figures = versions[report.id].figures
            rows = {row.category: row for row in figures.categories} | {"total": figures.total}
            for heading, row in rows.items():
                for name in (*FLOWS, "carried_over", "open"):
                    assert getattr(row, name) == tally[heading][name], (
                        report.organization.name,
                        report.week,
                        heading,
                        name,
                    )
                    compared[name] += getattr(row, name)
        assert min(compared[name] for name in ("found", "notified", "put_right", "overdue", "escalated")) > 0
    assert len(versions) == 50 * WEEKS


def _end(report: WeeklyReport) -> datetime:
    return min(report.submitted_at or report.deadline, report.deadline)


def test_reports_are_on_time_late_or_missing_as_they_were(office: Office) -> None:
    def states(who: str, reader: str) -> list[str]:
        return [one["state"] for one in office[reader].items("/reports", organization_id=office.places[who])]

    for reader in (office.above[LATE], "leadership"):
        assert Counter(report["late"] for report in _of(office, LATE, reader)) == {True: WEEKS}
    assert states(NEVER, "leadership") == ["missing"] * WEEKS
    assert Counter(report["late"] for report in _of(office, LATE_OFFICE, "leadership")) == {True: 5, False: 5}
    assert Counter(report["late"] for report in _of(office, "university-01", "leadership")) == {False: WEEKS}


def _of(office: Office, who: str, reader: str) -> list[dict[str, object]]:
    return office[reader].items("/reports", organization_id=office.places[who])


def test_what_is_late_alerts_the_level_above_and_what_is_missing_the_next(office: Office) -> None:
    with office.session() as session:
        query = select(Alert.kind, Person.role).join(Person, Alert.person_id == Person.id)
        heard = Counter((kind, role) for kind, role in session.execute(query.where(Alert.entry_id.is_not(None))))
    assert heard["report.late", Role.DISTRICT] > 0
    assert heard["report.missing", Role.LEADER] > 0
    assert heard["report.late", Role.BUREAU] == heard["report.missing", Role.BUREAU] == 0


def test_what_lay_idle_went_up_and_came_back(office: Office) -> None:
    with office.session() as session:
        idle = session.scalars(
            select(Event).join(Finding).where(Finding.organization_id == office.places[IDLE]).order_by(Event.at)
        ).all()
    moves = [event.move for event in idle]
    assert moves.index(Move.EXPIRE) < moves.index(Move.ESCALATE) < moves.index(Move.OPINE)
    assert {event.escalation_level for event in idle} >= {0, 1, 2}


def test_what_was_never_confirmed_in_time_is_proposed_once_and_followed_up(office: Office) -> None:
    with office.session() as session:
        (proposed,) = session.scalars(select(Finding).where(Finding.proposed)).all()
        told = session.scalars(select(Event.move).where(Event.finding_id == proposed.id).order_by(Event.position)).all()
        assert proposed.checklist_item
        assert (proposed.organization_id, proposed.checklist_item.number) == (office.places[FORGETFUL], "1-1")
    assert proposed.created_at == local(4, 20, 17) + timedelta(microseconds=1)
    assert told[:2] == [Move.LOG, Move.NOTIFY]


def test_nobody_sees_what_is_a_stranger_s(office: Office) -> None:
    mine = office.places["university-01"]
    for path in ("/findings", "/reports", "/inspections"):
        seen = [one for page in office["university-01"].pages(path, limit=200) for one in page]
        assert {one["organization"]["id"] for one in seen} <= {mine}
    assert office["bureau"].items("/reports") == []


def test_the_round_ends_silent_and_whole(office: Office) -> None:
    office.go(local(6, 4, 18))
    found = {"organization_id": office.places["university-01"], "summary": "考场挂钟停走", "severity": "general"}
    office[office.team_of[office.above["university-01"]]].post("/findings", found)
    with office.session() as session:
        open_ones = session.scalars(select(Finding.id).where(Finding.state != State.VERIFIED)).all()
    decided = {"rest": {"outcome": "carried_over", "reason": "转入下一轮督查。"}, "decisions": []}
    office["leadership"].post(f"/rounds/{office.round_id}/closing", decided, expect=200)
    assert len(open_ones) > 0
    said = _said(office)
    office.go(office.clock.at + timedelta(days=30))
    assert _said(office) == said, "no clock of a closed round says anything"
    assert office.next_due_at() is None
    with office.session() as session:
        assert verify(session) == []


def _said(office: Office) -> list[int | None]:
    """How many events, entries that people can see, and alerts there are."""
    seen = select(func.count()).select_from(JournalEntry).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))
    with office.session() as session:
        events, alerts = (session.scalar(select(func.count()).select_from(table)) for table in (Event, Alert))
        return [events, session.scalar(seen), alerts]
