"""Weekly reports by those who see them: filters, pages, and nothing for outsiders."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.reports.list import ReportFilter, list_reports
from service.rounds.rounds import close_round
from tests.build.statements import asked
from tests.build.weekly import hand_in
from tests.worlds.books import Town, local
from workflows.vocabulary import Light, OrganizationKind, ReportState

WEDNESDAY, THURSDAY = local(4, 15, 10), local(4, 16)
A_MOMENT = timedelta(microseconds=1)


def test_everybody_lists_what_lies_below(session: Session, laid_out: Town) -> None:
    town = laid_out
    seen = {
        who: {
            one.report.organization.name
            for one in list_reports(session, ReportFilter(week=3), actor=actor, now=WEDNESDAY).items
        }
        for who, actor in town.everybody().items()
    }
    college, neighbour, other = (town.college.name, town.neighbour_college.name, town.other_college.name)
    here, there = {college, neighbour, town.district_office.name}, {other, town.other_office.name}
    assert seen == {
        **dict.fromkeys(("district", "inspector", "team_head", "leader"), here),
        **dict.fromkeys(("other_district", "other_inspector", "other_team_head", "other_leader"), there),
        "university": {college},
        "neighbour": {neighbour},
        "other_university": {other},
        "leadership": here | there,
        **{nobody: set() for nobody in ("bureau", "committee", "admin")},
    }


def test_the_list_is_filtered_by_what_stands_in_each_row(session: Session, laid_out: Town) -> None:
    town, now = laid_out, local(4, 17, 10)  # Friday morning: Thursday's are late, Friday's due today
    hand_in(session, town.neighbour_college, 3, by=town.neighbour, at=WEDNESDAY)

    def listed(**wanted: Any) -> list[tuple[str, int]]:
        found = list_reports(session, ReportFilter(**wanted), actor=town.district, now=now).items
        return [(one.report.organization.name, one.report.week) for one in found]

    college, neighbour, office = (town.college.name, town.neighbour_college.name, town.district_office.name)
    assert listed(state=ReportState.SUBMITTED) == [(neighbour, 3)]
    assert listed(state=ReportState.LATE) == [(college, 3)]
    assert listed(state=ReportState.MISSING) == []
    assert listed(state=ReportState.OWED, week=3) == [(office, 3)]
    assert len(listed(state=ReportState.OWED)) == 1 + 3 * 7
    now = local(4, 18, 10)
    assert listed(state=ReportState.MISSING) == [(college, 3)]
    assert listed(state=ReportState.LATE) == [(office, 3)]
    assert listed(week=3, kind=OrganizationKind.DISTRICT) == [(office, 3)]
    assert sorted(listed(week=3, kind=OrganizationKind.UNIVERSITY)) == sorted([(college, 3), (neighbour, 3)])
    assert listed(week=3, organization_id=town.college.id) == [(college, 3)]
    assert len(listed(week=4, district_id=town.district_office.id, round_id=town.round.id)) == 3
    assert listed(district_id=town.other_office.id) == []


def test_what_the_filter_finds_is_what_the_law_says(session: Session, laid_out: Town) -> None:
    town = laid_out
    hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY)
    moments = [THURSDAY + offset for offset in (-A_MOMENT, timedelta(), A_MOMENT)]
    moments += [moment + timedelta(days=1) for moment in moments]
    for now in moments:
        found = 0
        for state in ReportState:
            page = list_reports(session, ReportFilter(state=state), actor=town.leadership, now=now, limit=200)
            assert {one.state for one in page.items} <= {state}
            found += len(page.items)
        assert found == 40, "each stands in one of the states"


def test_pages_follow_each_other_both_ways(session: Session, laid_out: Town) -> None:
    for sort in ("deadline", "-deadline"):
        ids: list[str] = []
        cursor = None
        while True:
            page = list_reports(
                session, ReportFilter(), actor=laid_out.leadership, now=WEDNESDAY, sort=sort, cursor=cursor, limit=7
            )
            ids += [one.report.id for one in page.items]
            if (cursor := page.next_cursor) is None:
                break
        assert len(ids) == len(set(ids)) == 40


def test_a_page_asks_as_often_for_forty_reports_as_for_one(session: Session, laid_out: Town) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    counted = []
    for limit in (1, 40):
        session.expunge_all()
        with asked(engine) as statements:
            page = list_reports(session, ReportFilter(), actor=laid_out.leadership, now=WEDNESDAY, limit=limit)
            assert len(page.items) == limit
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 9


def test_reports_of_a_closed_round_stand_as_they_stood_then(session: Session, laid_out: Town) -> None:
    town, at = laid_out, local(4, 16, 18)  # week 3 is late, what comes after is owed
    close_round(session, town.round, now=at)
    session.expire_all()
    later = local(6, 1)
    wanted = ReportFilter(organization_id=town.college.id)
    seen, then = (list_reports(session, wanted, actor=town.leadership, now=now).items for now in (later, at))
    assert [one.state for one in seen] == [one.state for one in then]
    assert {ReportState.OWED, ReportState.LATE} <= {one.state for one in seen}
    assert {one.light for one in seen} == {Light.GREEN}
    for state in ReportState:
        wanted = ReportFilter(organization_id=town.college.id, state=state)
        found = list_reports(session, wanted, actor=town.leadership, now=later).items
        assert {one.report.id for one in found} == {one.report.id for one in seen if one.state is state}
