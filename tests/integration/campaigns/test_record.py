"""The special campaigns' register: recorded by a district office, revised, withdrawn, and added up."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.campaigns.list import CampaignFilter, action_views, list_actions, list_campaigns, seen_action
from service.campaigns.record import NewAction, record_action, revise_action, withdraw_action
from service.campaigns.totals import totals
from service.errors import Conflict, DubanError, InvalidInput, NotAllowed, NotFound
from service.evidence.evidence import seen_evidence
from service.models import CampaignAction, JournalEntry
from service.rounds.rounds import close_round
from service.store.db import sessions
from tests.build.racing import run_together
from tests.worlds.books import FOUND_AT, Town, add_evidence
from workflows.campaigns import Result
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.vocabulary import CampaignCode

NOW = FOUND_AT  # a Monday
TODAY = date(2026, 4, 13)
HOUR = timedelta(hours=1)
DEVICES, ONLINE = CampaignCode.CHEATING_DEVICES, CampaignCode.ONLINE_ENVIRONMENT
SEEING = {"district", "inspector", "team_head", "leader", "leadership"}


def new(**given: Any) -> NewAction:
    known = {
        "campaign": DEVICES,
        "acted_on": TODAY,
        "lead_department": "区公安分局",
        "summary": "联合检查电子市场",
        "departments": ["市场监管局", "工信局"],
        "places": ["科技市场"],
        "results": [Result("收缴作弊器材", 12, "件"), Result("立案", 1, "起")],
    }
    return NewAction(**{**known, **given})


def recorded(session: Session, town: Town, *, by: Actor | None = None, at: Any = NOW, **given: Any) -> CampaignAction:
    return record_action(session, new(**given), actor=by or town.district, now=at)


def entries(session: Session, action: CampaignAction) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.subject_id == action.id).order_by(JournalEntry.position)
    return list(session.scalars(query))


def test_a_district_office_records_what_was_done(session: Session, town: Town) -> None:
    photograph = add_evidence(session, town.district)
    action = recorded(session, town, evidence_ids=[photograph, photograph])
    assert (action.round_id, action.district_id) == (town.round.id, town.district_office.id)
    assert action.results[0] == {"name": "收缴作弊器材", "value": 12, "unit": "件"}
    (seen,) = action_views(session, [action])
    assert [piece.id for piece in seen.evidence] == [photograph]
    (entry,) = entries(session, action)
    assert (entry.act, entry.actor_id, entry.data["acted_on"]) == (JournalAct.RECORD, town.district.id, "2026-04-13")
    assert verify(session) == []


def test_nobody_else_records(session: Session, town: Town) -> None:
    for name, actor in town.everybody().items():
        if name not in ("district", "other_district"):
            with pytest.raises(NotAllowed, match="not_yours"):
                recorded(session, town, by=actor)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"acted_on": TODAY + timedelta(days=1)}, {"acted_on": "in_future"}),
        ({"results": [Result("立案", 1, "起"), Result("立案 ", 2, "起")]}, {"results": "duplicate"}),
        ({"evidence_ids": ["11111111-2222-4333-8444-555555555555"]}, {"evidence_ids": "unknown_evidence"}),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    session: Session, town: Town, given: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        recorded(session, town, **given)
    assert caught.value.fields == fields
    assert session.scalar(select(func.count(CampaignAction.id))) == 0


def test_who_sees_an_action_and_its_evidence(session: Session, town: Town) -> None:
    photograph = add_evidence(session, town.district)
    action = recorded(session, town, evidence_ids=[photograph])
    seeing, seeing_evidence = set(), set()
    for name, actor in town.everybody().items():
        try:
            seen_action(session, action.id, actor=actor)
            seeing.add(name)
        except NotFound:
            pass
        try:
            seen_evidence(session, photograph, actor=actor)
            seeing_evidence.add(name)
        except NotFound:
            pass
    assert (seeing, seeing_evidence) == (SEEING, SEEING)


def test_evidence_of_an_action_is_loose_no_longer(session: Session, town: Town) -> None:
    photograph = add_evidence(session, town.district)
    recorded(session, town, evidence_ids=[photograph])
    other = recorded(session, town, evidence_ids=[photograph])  # its own office may put it to another action
    with pytest.raises(InvalidInput):
        recorded(session, town, by=town.other_district, evidence_ids=[photograph])
    assert [piece.id for piece in action_views(session, [other])[0].evidence] == [photograph]


def test_a_repeat_finds_the_first_and_another_action_does_not_vanish(session: Session, town: Town) -> None:
    first = recorded(session, town, client_id="一号")
    assert recorded(session, town, client_id="一号").id == first.id
    with pytest.raises(InvalidInput) as caught:
        recorded(session, town, client_id="一号", campaign=ONLINE)
    assert caught.value.fields == {"client_id": "client_id_reused", "campaign": "differs_from_first"}
    for other in (
        {"summary": "又点了一次"},
        {"places": ["北门"]},
        {"evidence_ids": [add_evidence(session, town.district)]},
    ):
        with pytest.raises(InvalidInput) as caught:
            recorded(session, town, client_id="一号", **other)
        assert caught.value.fields == {"client_id": "client_id_reused", **dict.fromkeys(other, "differs_from_first")}
    assert recorded(session, town, by=town.other_district, client_id="一号").id != first.id


def test_a_revision_keeps_what_stood_before(session: Session, town: Town) -> None:
    photograph, better = add_evidence(session, town.district), add_evidence(session, town.district)
    action = recorded(session, town, evidence_ids=[photograph])
    changes = {"summary": "更正", "results": [Result("收缴作弊器材", 21, "件")], "evidence_ids": [better]}
    revise_action(session, action.id, changes, version=1, actor=town.district, now=NOW + HOUR)
    assert (action.version, action.summary) == (2, "更正")
    entry = entries(session, action)[-1]
    assert entry.act is JournalAct.REVISE
    assert entry.data["before"]["summary"] == "联合检查电子市场"
    assert entry.data["before"]["results"][0]["value"] == 12
    assert (entry.data["before"]["evidence_ids"], entry.data["after"]["evidence_ids"]) == ([photograph], [better])
    assert "places" not in entry.data["before"]
    assert [piece.id for piece in action_views(session, [action])[0].evidence] == [better]


def test_a_revision_of_an_older_version_is_refused(session: Session, town: Town) -> None:
    action = recorded(session, town)
    revise_action(session, action.id, {"summary": "更正"}, version=1, actor=town.district, now=NOW)
    with pytest.raises(Conflict, match="stale_version"):
        revise_action(session, action.id, {"summary": "再更正"}, version=1, actor=town.district, now=NOW)


def test_only_its_office_revises_and_withdraws(session: Session, town: Town) -> None:
    action = recorded(session, town)
    for name, actor in town.everybody().items():
        if name != "district":
            expected = NotAllowed if name in SEEING else NotFound
            with pytest.raises(expected):
                revise_action(session, action.id, {"summary": "更正"}, version=1, actor=actor, now=NOW)
            with pytest.raises(expected):
                withdraw_action(session, action.id, "误登", actor=actor, now=NOW)


def test_what_is_withdrawn_is_kept_and_not_counted(session: Session, town: Town) -> None:
    action, kept = recorded(session, town), recorded(session, town)
    withdraw_action(session, action.id, "重复登记", actor=town.district, now=NOW + HOUR)
    listed = {
        withdrawn: list_actions(session, DEVICES, CampaignFilter(), actor=town.leadership, withdrawn=withdrawn).items
        for withdrawn in (False, True)
    }
    assert [seen.action.id for seen in listed[False]] == [kept.id]
    assert [(seen.action.id, seen.withdrawal_reason) for seen in listed[True]] == [(action.id, "重复登记")]
    assert list_campaigns(session, CampaignFilter(), actor=town.district)[0].total.actions == 1
    with pytest.raises(Conflict, match="action_withdrawn"):
        withdraw_action(session, action.id, "再撤", actor=town.district, now=NOW)
    with pytest.raises(Conflict, match="action_withdrawn"):
        revise_action(session, action.id, {"summary": "更正"}, version=2, actor=town.district, now=NOW)


def test_the_five_add_up_by_district_and_week(session: Session, town: Town) -> None:
    recorded(session, town)
    recorded(session, town, acted_on=TODAY - timedelta(days=1), results=[Result("收缴作弊器材", 0.5, "件")])
    recorded(session, town, by=town.other_district, results=[Result("收缴作弊器材", 3, "件")])
    recorded(session, town, campaign=ONLINE, results=[])
    devices, online, *_, last = list_campaigns(session, CampaignFilter(), actor=town.leadership)
    assert (devices.code, devices.total.actions, devices.total.latest_on) == (DEVICES, 3, TODAY)
    assert devices.total.results == [Result("收缴作弊器材", 15.5, "件"), Result("立案", 1, "起")]
    by_district = {one.district.name: one.total.actions for one in devices.districts}
    assert by_district == {town.district_office.name: 2, town.other_office.name: 1}
    assert [(one.starts_on, one.total.actions) for one in devices.weeks] == [(date(2026, 4, 6), 1), (TODAY, 2)]
    assert (online.total.actions, online.total.results) == (1, [])
    # who has done nothing is there as well
    assert [(one.district.name, one.total.actions) for one in last.districts] == [
        (name, 0) for name in sorted(by_district)
    ]


def test_everybody_counts_what_he_or_she_sees(session: Session, town: Town) -> None:
    recorded(session, town)
    counted = {
        name: list_campaigns(session, CampaignFilter(), actor=actor)[0].total.actions
        for name, actor in town.everybody().items()
    }
    assert {name for name, actions_ in counted.items() if actions_} == SEEING
    assert [one.district.id for one in list_campaigns(session, CampaignFilter(), actor=town.district)[0].districts] == [
        town.district_office.id
    ]


def test_actions_are_found_by_day_and_district_a_page_at_a_time(session: Session, town: Town) -> None:
    days = [TODAY - timedelta(days=back) for back in (0, 0, 1, 2)]
    made = [recorded(session, town, acted_on=day).id for day in days]
    recorded(session, town, by=town.other_district)
    here = CampaignFilter(district_id=town.district_office.id)
    found, cursor = [], None
    while True:
        page = list_actions(session, DEVICES, here, actor=town.leadership, cursor=cursor, limit=1)
        found += [seen.action for seen in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert {action.id for action in found} == set(made)
    assert [action.acted_on for action in found] == days
    two = CampaignFilter(since=TODAY - timedelta(days=1), until=TODAY - timedelta(days=1))
    assert [seen.action.id for seen in list_actions(session, DEVICES, two, actor=town.leadership).items] == [made[2]]
    with pytest.raises(InvalidInput):
        list_actions(session, DEVICES, here, actor=town.leadership, cursor="WyIyMDI2LTA0LTEzVDAiLCAieCJd")


def test_a_report_counts_what_was_recorded_in_its_period(session: Session, town: Town) -> None:
    early, mistaken = recorded(session, town, at=NOW), recorded(session, town, at=NOW + HOUR)
    withdraw_action(session, mistaken.id, "误登", actor=town.district, now=NOW + 3 * HOUR)

    def counted(**period: Any) -> int:
        return totals(session, town.round.id, town.district_office.id, **period)[DEVICES].actions

    assert early.recorded_at == NOW
    assert counted(since=None, until=NOW) == 1
    assert counted(since=NOW, until=NOW + HOUR) == 1  # withdrawn only later
    assert counted(since=None, until=NOW + 3 * HOUR) == 1
    assert set(totals(session, town.round.id, town.other_office.id, since=None, until=NOW)) == set(CampaignCode)


def test_a_closed_round_takes_no_more(session: Session, town: Town) -> None:
    action = recorded(session, town)
    close_round(session, town.round, now=NOW + HOUR)
    with pytest.raises(Conflict, match="round_closed"):
        revise_action(session, action.id, {"summary": "更正"}, version=1, actor=town.district, now=NOW + HOUR)
    with pytest.raises(Conflict, match="round_closed"):
        withdraw_action(session, action.id, "误登", actor=town.district, now=NOW + HOUR)
    with pytest.raises(Conflict, match="no_round_in_force"):
        recorded(session, town, at=NOW + HOUR)
    assert list_campaigns(session, CampaignFilter(), actor=town.leadership)[0].total.actions == 1  # between two rounds


def test_of_two_who_record_or_revise_at_once_one_is_first(engine: Engine, session: Session, town: Town) -> None:
    action_id = recorded(session, town).id
    session.commit()

    def in_own_session(act: Any) -> Any:
        def run() -> None:
            with sessions(engine).begin() as own:
                act(own)

        return run

    twins = [in_own_session(lambda own: recorded(own, town, client_id="同时"))] * 3
    assert run_together(*twins) == []
    assert session.scalar(select(func.count(CampaignAction.id))) == 2
    session.rollback()  # on SQLite whoever has looked holds the lock
    change = {"summary": "更正"}
    revisions = [
        in_own_session(lambda own: revise_action(own, action_id, change, version=1, actor=town.district, now=NOW))
    ] * 3
    refused = run_together(*revisions)
    assert [error.code for error in refused if isinstance(error, DubanError)] == ["stale_version"] * 2
    assert verify(session) == []
