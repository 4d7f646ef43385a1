"""A person's calendar: what he or she has to do with, without the problems themselves."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.calendar_feed import calendar_of, close_feed, new_address, open_feed
from service.errors import NotFound
from service.findings.corrections import edit
from service.findings.escalations import refuse
from service.findings.handling_opinions import opine
from service.models import CalendarFeed, Finding, Person, Round, WeeklyReport, new_id
from service.people.accounts import disable_person
from service.rounds.rounds import close_round
from tests.build.crowd import add_findings
from tests.build.strict_calendar import events
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    judge,
    local,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
)
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Outcome

NOW = FOUND_AT + timedelta(hours=3)
BASE = "https://duban.example"
SECRET = "摄像头黑屏"


def calendar(session: Session, actor: Actor, *, now: Any = NOW) -> list[dict[str, str]]:
    address = new_address("k" * 32, actor.id or "", None)
    open_feed(session, address, actor=actor, now=now)
    content = calendar_of(session, address, base_url=BASE, now=now)
    assert SECRET not in content.decode()
    return events(content)


def deadlines(session: Session, actor: Actor, **given: Any) -> list[str]:
    return [event["SUMMARY"] for event in calendar(session, actor, **given) if event["UID"].startswith("finding-")]


def test_a_deadline_stands_in_the_calendars_of_those_who_have_to_do_with_it(session: Session, town: Town) -> None:
    finding = receive_finding(session, town, summary=SECRET)
    log_finding(session, town, summary=SECRET)  # has no deadline yet
    entry = f"整改期限：{finding.number} 明河龙湖学院（整改中）"
    seen = {name: deadlines(session, actor) for name, actor in town.everybody().items()}
    near = ("inspector", "team_head", "district", "university", "leader")
    assert seen == {name: [entry] if name in near else [] for name in seen}
    (event, *_) = calendar(session, town.university)
    assert event["DTSTART"] == "20260424T090000Z"
    assert event["URL"] == f"{BASE}/findings/{finding.id}"
    assert event["UID"] == f"finding-{finding.id}@duban"


def test_the_leadership_team_and_those_above_see_what_has_reached_them(session: Session, town: Town) -> None:
    finding = notify_finding(session, town, summary=SECRET)
    refuse(session, finding.id, actor=town.inspector, now=NOW, reason="拒绝签收")
    assert len(deadlines(session, town.leadership)) == 1
    assert deadlines(session, town.bureau) == []
    anew = local(4, 30)
    opine(session, finding.id, actor=town.leadership, now=NOW, measure=Measure.TALK, opinion=SECRET, new_deadline=anew)
    for above in (town.bureau, town.committee):
        (event, *_) = calendar(session, above)
        assert event["DTSTART"] == "20260430T090000Z"


def test_an_entry_changes_with_its_finding_and_keeps_its_identity(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    (first, *_) = calendar(session, town.inspector)
    edit(session, finding.id, {"location": "3号楼"}, version=finding.version, actor=town.inspector, now=NOW)
    submitted = receive_finding(session, town, organization_id=town.college.id)
    then = {event["UID"]: event for event in calendar(session, town.inspector)}[first["UID"]]
    assert int(then["SEQUENCE"]) == int(first["SEQUENCE"]) + 1
    assert then["DTSTAMP"] == first["DTSTAMP"] == "20260413T020000Z"
    submit_finding(session, town, submitted)
    stamped = {event["UID"]: event["DTSTAMP"] for event in calendar(session, town.inspector, now=SUBMITTED_AT)}
    assert stamped[f"finding-{submitted.id}@duban"] == "20260421T020000Z"


def test_what_is_closed_voided_or_of_a_closed_round_leaves_the_calendar(session: Session, town: Town) -> None:
    passed, voided, left = (receive_finding(session, town) for _ in range(3))
    submit_finding(session, town, passed)
    judge(session, town, passed, Outcome.PASS, at=SUBMITTED_AT + timedelta(hours=1))
    session.execute(update(Finding).where(Finding.id == voided.id).values(voided_at=NOW))
    now = SUBMITTED_AT + timedelta(hours=2)
    assert [summary.split()[0][-4:] for summary in deadlines(session, town.university, now=now)] == [left.number[-4:]]
    close_round(session, session.get_one(Round, town.round.id), now=now)
    assert calendar(session, town.university, now=now) == []


def test_what_was_missed_stays_for_a_month_and_the_nearest_come_first(session: Session, town: Town) -> None:
    add_findings(session, town, 2)
    add_findings(session, town, 1, numbered_from=3, deadline=DEADLINE + timedelta(days=10))
    numbers = [
        summary.split()[0][-1] for summary in deadlines(session, town.district, now=DEADLINE + timedelta(days=9))
    ]
    assert numbers[0] == "3"
    assert sorted(numbers[1:]) == ["1", "2"]
    assert deadlines(session, town.district, now=DEADLINE + timedelta(days=41)) == []


def add_report(session: Session, town: Town, organization_id: str, week: int, **columns: Any) -> WeeklyReport:
    report = WeeklyReport(
        id=new_id(),
        round_id=town.round.id,
        organization_id=organization_id,
        district_id=town.district_office.id,
        recipient_id=town.district_office.id,
        week=week,
        **{"deadline": local(4, 16), "missing_at": local(4, 17), **columns},
    )
    session.add(report)
    session.flush()
    return report


def test_weekly_reports_stand_in_the_calendars_of_those_who_owe_them(session: Session, town: Town) -> None:
    report = add_report(session, town, town.college.id, 3)
    add_report(session, town, town.district_office.id, 3, deadline=local(4, 17))
    done = add_report(session, town, town.college.id, 2, deadline=local(4, 9), submitted_at=local(4, 9, 16), version=2)
    add_report(session, town, town.college.id, 1, deadline=local(3, 1))
    (before, owed) = calendar(session, town.university)[:2]
    assert (owed["SUMMARY"], owed["DTSTART"]) == ("周报截止：第3周 明河龙湖学院", "20260416T090000Z")
    assert (owed["UID"], owed["SEQUENCE"]) == (f"report-{report.id}@duban", "1")
    assert before["SUMMARY"] == "周报已报送：第2周 明河龙湖学院"
    assert (before["UID"], before["DTSTAMP"], before["SEQUENCE"]) == (
        f"report-{done.id}@duban",
        "20260409T080000Z",
        "2",
    )
    reports = {
        name: [event["SUMMARY"] for event in calendar(session, actor) if event["UID"].startswith("report-")]
        for name, actor in town.everybody().items()
    }
    assert reports.pop("university") == [before["SUMMARY"], owed["SUMMARY"]]
    assert reports.pop("district") == ["周报截止：第3周 青石区招生考试办公室"]
    assert set(map(tuple, reports.values())) == {()}


def test_exam_days_stand_in_everybodys_calendar(session: Session, town: Town) -> None:
    round_ = session.get_one(Round, town.round.id)
    round_.exam_days = ["2026-06-07", "2026-06-06"]
    session.flush()
    for actor in town.everybody().values():
        days = calendar(session, actor)
        assert [(day["DTSTART"], day["DTEND"]) for day in days] == [("20260606", "20260607"), ("20260607", "20260608")]
        assert days[0]["SUMMARY"] == "考试日：2026年专升本考试安全督查"


def test_an_english_reader_gets_english_entries(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    session.execute(update(Person).where(Person.id == town.leader.id).values(language="en"))
    session.expire_all()
    assert deadlines(session, town.leader) == [f"Rectification due: {finding.number}, 明河龙湖学院 (being rectified)"]


def content_of(session: Session, address: str) -> bytes:
    return calendar_of(session, address, base_url=BASE, now=NOW)


def test_an_address_holds_until_it_is_revoked_replaced_or_its_owner_goes(session: Session, town: Town) -> None:
    first, second, third = (new_address("k" * 32, town.leader.id or "", None) for _ in range(3))
    open_feed(session, first, actor=town.leader, now=NOW)
    assert content_of(session, first)
    open_feed(session, second, actor=town.leader, now=NOW)
    _dead(session, first, "unknown", "", "x" * 500, "\udcff")
    close_feed(session, actor=town.leader, now=NOW)
    close_feed(session, actor=town.leader, now=NOW)
    _dead(session, second)
    open_feed(session, third, actor=town.leader, now=NOW)
    assert content_of(session, third)
    disable_person(session, session.get_one(Person, town.leader.id), now=NOW)
    session.flush()
    _dead(session, third)


def _dead(session: Session, *addresses: str) -> None:
    for address in addresses:
        with pytest.raises(NotFound, match="not_found"):
            content_of(session, address)


def test_only_the_hash_of_an_address_is_kept_and_revoking_touches_nobody_else(session: Session, town: Town) -> None:
    mine, theirs = (new_address("k" * 32, actor.id or "", None) for actor in (town.leader, town.other_leader))
    open_feed(session, mine, actor=town.leader, now=NOW)
    open_feed(session, theirs, actor=town.other_leader, now=NOW)
    assert mine not in str([row.hash for row in session.scalars(select(CalendarFeed))])
    close_feed(session, actor=town.leader, now=NOW)
    assert content_of(session, theirs)


def test_a_key_gives_the_same_address_again_and_never_brings_a_revoked_one_back(session: Session, town: Town) -> None:
    one, again = (new_address("k" * 32, town.leader.id or "", "key") for _ in range(2))
    assert one == again
    assert len({one, new_address("k" * 32, "x", "key"), new_address("n" * 32, town.leader.id or "", "key")}) == 3
    open_feed(session, one, actor=town.leader, now=NOW)
    open_feed(session, one, actor=town.leader, now=NOW)
    assert content_of(session, one)
    close_feed(session, actor=town.leader, now=NOW)
    open_feed(session, one, actor=town.leader, now=NOW)
    _dead(session, one)
