"""A table that comes a second time: it corrects, and never logs twice."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.findings.escalations import void
from service.findings.rectification_notices import begin
from service.ledger_import import Imported, import_ledger, read_table
from service.models import Finding, Person, Revision
from service.people.callers import caller_of
from service.rounds.rounds import add_team, assign, close_round
from service.store.db import sessions
from tests.build.checklists import add_checklist
from tests.build.imported_tables import COLLEGE, DAY, FIRST, HEADINGS, NOW, SECOND, brought, counts, how_many, told
from tests.build.racing import run_together
from tests.build.workbooks import workbook
from tests.worlds.books import FOUND_AT, Town, build_town, local, log_finding, notify_finding
from tests.worlds.rows import make_round
from workflows.findings.facts import Actor
from workflows.vocabulary import Origin


@pytest.fixture
def listed(session: Session, town: Town) -> Town:
    """The town with a checklist."""
    add_checklist(session, town.round, [("1-1", "组织领导情况"), ("1-2", "试卷安全保密")])
    session.commit()
    return town


def test_a_second_import_of_the_same_file_changes_nothing(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST, SECOND)
    before = how_many(session)
    assert counts(brought(session, listed.inspector, FIRST, SECOND, now=NOW + timedelta(days=3))) == (0, 0, 2)
    assert how_many(session) == before


def test_a_corrected_file_corrects_the_texts_and_keeps_what_stood_before(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST, SECOND)
    better = (*FIRST[:3], "监控画面有三处盲区", None, "3号楼二层", *FIRST[6:])
    told_more = (*SECOND[:4], "两个柜均为单锁", *SECOND[5:])
    new = ("督一-003", COLLEGE, None, "挂钟停走", None, None, "一般问题", DAY)
    assert counts(brought(session, listed.inspector, better, told_more, new)) == (1, 2, 0)
    first, second, _ = session.scalars(select(Finding).order_by(Finding.number))
    assert (first.summary, first.details, first.location) == ("监控画面有三处盲区", "后排未覆盖", "3号楼二层")
    assert second.details == "两个柜均为单锁"
    revised = {(row.field, row.before) for row in session.scalars(select(Revision))}
    assert revised == {("summary", "监控画面有盲区"), ("location", "3号楼301"), ("details", None)}


def test_a_colleague_who_brings_the_same_file_adds_nothing(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST, SECOND)
    assert counts(brought(session, listed.team_head, FIRST, SECOND)) == (0, 0, 2)


def test_the_same_words_from_another_side_are_another_finding(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    assert counts(brought(session, listed.district, FIRST)) == (1, 0, 0)
    assert counts(brought(session, listed.university, FIRST)) == (1, 0, 0)
    origins = session.scalars(select(Finding.origin).order_by(Finding.number)).all()
    assert origins == [Origin.CENTRE, Origin.DISTRICT, Origin.UNIT]


def test_the_numbers_of_another_round_are_other_numbers(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    close_round(session, listed.round, now=NOW)
    following = make_round(session, "2027-08", starts_on=date(2026, 4, 14), ends_on=date(2027, 6, 1))
    team = add_team(session, following, "第一督查组", [session.get_one(Person, listed.inspector.id)])
    assign(session, following, {listed.district_office.id: (team, session.get_one(Person, listed.leader.id))})
    inspector = caller_of(session, session.get_one(Person, listed.inspector.id)).actor
    assert counts(brought(session, inspector, FIRST)) == (1, 0, 0)
    assert counts(brought(session, inspector, FIRST)) == (0, 0, 1)


def test_two_source_numbers_are_two_findings_though_their_words_are_alike(session: Session, listed: Town) -> None:
    again = ("督一-002", *FIRST[1:])
    assert counts(brought(session, listed.inspector, FIRST, again)) == (2, 0, 0)
    assert counts(brought(session, listed.inspector, FIRST, again)) == (0, 0, 2)


def test_what_is_no_text_cannot_be_changed_by_a_table(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    moved = ("督一-001", "明河云台学院", None, *FIRST[3:])
    assert told(brought(session, listed.inspector, moved)) == [("整改台账!A2", "source_number_reused")]
    worse = (*FIRST[:2], "1-1", *FIRST[3:6], "重大安全隐患", date(2026, 4, 12))
    assert told(brought(session, listed.inspector, worse)) == [
        ("整改台账!C2", "only_texts_change"),
        ("整改台账!G2", "only_texts_change"),
        ("整改台账!H2", "only_texts_change"),
    ]


def test_the_text_of_what_is_closed_stays(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    finding = session.scalars(select(Finding)).one()
    void(session, finding.id, actor=listed.team_head, now=NOW, reason="误登")
    assert counts(brought(session, listed.inspector, FIRST)) == (0, 0, 1)
    changed = (*FIRST[:3], "换一种说法", *FIRST[4:])
    assert told(brought(session, listed.inspector, changed)) == [("整改台账!D2", "no_longer_open")]


def test_a_unit_does_not_correct_what_was_notified_to_it(session: Session, listed: Town) -> None:
    own = log_finding(
        session, listed, by=listed.university, client_id="2026-08/自-1", summary="门锁损坏", found_at=FOUND_AT
    )
    row = ("自-1", COLLEGE, None, "门锁已损坏", None, None, "一般问题", DAY)
    assert counts(brought(session, listed.university, row)) == (0, 1, 0)
    begin(session, own.id, actor=listed.university, now=NOW, deadline=local(4, 24))
    row = ("自-1", COLLEGE, None, "门锁早已损坏", None, None, "一般问题", DAY)
    assert told(brought(session, listed.university, row)) == [("整改台账!D2", "not_yours")]


def test_what_was_proposed_or_found_by_others_is_not_taken_for_ones_own(session: Session, listed: Town) -> None:
    notify_finding(session, listed, summary="监控画面有盲区", found_at=local(4, 13, 8))
    row = (None, *FIRST[1:])
    assert counts(brought(session, listed.university, row)) == (1, 0, 0)
    assert counts(brought(session, listed.inspector, row)) == (0, 1, 0)


def test_two_colleagues_who_bring_the_same_file_at_once_add_its_findings_once(engine: Engine) -> None:
    with sessions(engine)() as session:
        town = build_town(session)
    done: list[Imported] = []

    def bring(actor: Actor) -> None:
        lines = read_table(io.BytesIO(workbook({"整改台账": [HEADINGS, (None, *FIRST[1:])]})))
        with sessions(engine).begin() as session:
            done.append(import_ledger(session, lines, actor=actor, now=NOW))

    assert run_together(lambda: bring(town.inspector), lambda: bring(town.team_head)) == []
    assert sorted(map(counts, done)) == [(0, 0, 1), (1, 0, 0)]
    with sessions(engine)() as session:
        assert how_many(session)[0] == 1
