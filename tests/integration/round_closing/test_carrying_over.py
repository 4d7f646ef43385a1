"""Carrying over: what one round left open goes on in the next, once."""

from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.alerts.texts import texts_of
from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotAllowed
from service.findings.rectification_notices import Demand, notify
from service.models import Alert, ClosingDecision, Event, Finding, Person, Round, Team
from service.people.callers import caller_of
from service.round_closing.carrying_over import CarriedOver, carry_over
from service.round_closing.closing import Decision, Verdict, close
from service.rounds.rounds import add_team, assign
from service.store.db import sessions
from tests.build.checklists import add_checklist
from tests.build.racing import run_together
from tests.worlds.books import Town, kinds, local, log_finding, notify_finding
from tests.worlds.rows import make_round
from workflows.findings.facts import Actor
from workflows.vocabulary import ClosingOutcome, Origin, Severity, State

CLOSED_AT = local(4, 22, 10)
NOW = local(6, 8, 10)
CARRIED = Verdict(ClosingOutcome.CARRIED_OVER, "转入下一轮次")
ENDED = Verdict(ClosingOutcome.ENDED, "不再督办")


def next_round(session: Session, town: Town, *offices: str) -> Round:
    """A round that the named offices are assigned in, with the teams and leaders that they had."""
    round_ = make_round(session, "2026-20", starts_on=date(2026, 6, 7), ends_on=date(2026, 9, 1), exam_days=[])
    before = {team.name: team for team in session.scalars(select(Team).where(Team.round_id == town.round.id))}
    for office in offices or ("district_office", "other_office"):
        prefix, name = ("other_", "第二督查组") if office == "other_office" else ("", "第一督查组")
        team = add_team(session, round_, name, before[name].members)
        leader = session.get_one(Person, getattr(town, f"{prefix}leader").id)
        assign(session, round_, {getattr(town, office).id: (team, leader)})
    return round_


def assigned_now(session: Session, actor: Actor) -> Actor:
    """The actor with what has been assigned since."""
    return caller_of(session, session.get_one(Person, actor.id)).actor


def carried(session: Session, town: Town, round_: Round, *, by: Actor | None = None) -> CarriedOver:
    return carry_over(session, round_.id, town.round.id, actor=by or town.leadership, now=NOW)


def test_what_was_carried_over_begins_anew_in_the_next_round(session: Session, town: Town) -> None:
    ended = log_finding(session, town)
    old = notify_finding(session, town, severity=Severity.MAJOR, details="西侧机柜", location="3号楼")
    close(session, town.round.id, [Decision(ended.id, ENDED)], CARRIED, actor=town.leadership, now=CLOSED_AT)
    round_ = next_round(session, town)
    done = carried(session, town, round_)
    ((finding, successor),) = done.carried
    assert (finding.id, done.left) == (old.id, [])
    for name in ("organization_id", "district_id", "origin", "severity", "summary", "details", "location", "found_at"):
        assert getattr(successor, name) == getattr(old, name)
    assert (successor.state, successor.round_id, successor.carried_from_id) == (State.FOUND, round_.id, old.id)
    assert (successor.number, successor.created_at) == ("2026-20-0001", NOW)
    assert successor.next_action_at is not None  # the notice is owed
    assert successor.requirement is None
    assert session.get_one(ClosingDecision, old.id).successor_id == successor.id
    assert kinds(session, successor) == ["log.major"]
    event = session.scalars(select(Event).where(Event.finding_id == successor.id)).one()
    assert (event.data["carried_from"], event.actor_id) == (old.id, town.leadership.id)
    assert verify(session) == []
    notify(
        session, Demand(successor.id, "立即整改", local(6, 20)), actor=assigned_now(session, town.inspector), now=NOW
    )


def test_it_is_done_once_and_later_adds_what_was_left(session: Session, town: Town) -> None:
    here = log_finding(session, town)
    there = log_finding(session, town, organization_id=town.other_college.id, by=town.other_inspector)
    close(session, town.round.id, (), CARRIED, actor=town.leadership, now=CLOSED_AT)
    round_ = next_round(session, town, "district_office")
    first = carried(session, town, round_)
    assert [one.finding.id for one in first.carried] == [here.id]
    assert [finding.id for finding in first.left] == [there.id]
    assert carried(session, town, round_).carried == []
    team = add_team(session, round_, "第二督查组", [])
    assign(session, round_, {town.other_office.id: (team, session.get_one(Person, town.other_leader.id))})
    again = carried(session, town, round_)
    assert [one.finding.id for one in again.carried] == [there.id]
    assert again.left == []


@pytest.mark.parametrize("origin", Origin)
def test_the_side_that_found_it_goes_on_with_it(session: Session, town: Town, origin: Origin) -> None:
    by = {Origin.CENTRE: town.inspector, Origin.DISTRICT: town.district, Origin.UNIT: town.university}[origin]
    log_finding(session, town, by=by)
    close(session, town.round.id, (), CARRIED, actor=town.leadership, now=CLOSED_AT)
    (one,) = carried(session, town, next_round(session, town)).carried
    assert one.successor.origin is origin


def test_the_item_that_asks_the_same_is_named_again(session: Session, town: Town) -> None:
    first, second = add_checklist(session, town.round, [("1-1", "组织领导情况"), ("1-2", "考务管理")])
    same, gone = (
        log_finding(session, town, checklist_item_id=first.id),
        log_finding(session, town, checklist_item_id=second.id),
    )
    close(session, town.round.id, (), CARRIED, actor=town.leadership, now=CLOSED_AT)
    round_ = next_round(session, town)
    (now,) = add_checklist(session, round_, [("1-4", "组织领导情况")])
    items = {one.finding.id: one.successor.checklist_item_id for one in carried(session, town, round_).carried}
    assert items == {same.id: now.id, gone.id: None}


def test_only_the_leadership_carries_over_from_a_closed_round_into_an_open_one(session: Session, town: Town) -> None:
    round_ = next_round(session, town)
    for name, actor in town.everybody().items():
        if name != "leadership":
            with pytest.raises(NotAllowed, match="not_yours"):
                carried(session, town, round_, by=actor)
    with pytest.raises(Conflict, match="round_open"):
        carried(session, town, round_)
    with pytest.raises(InvalidInput) as caught:
        carry_over(session, round_.id, town.college.id, actor=town.leadership, now=NOW)
    assert caught.value.fields == {"from_round_id": "unknown_reference"}
    close(session, town.round.id, actor=town.leadership, now=CLOSED_AT)
    with pytest.raises(Conflict, match="round_closed"):
        carry_over(session, town.round.id, town.round.id, actor=town.leadership, now=NOW)


def test_those_who_have_to_go_on_hear_of_it(session: Session, town: Town) -> None:
    log_finding(session, town)
    log_finding(session, town, by=town.university)
    close(session, town.round.id, (), CARRIED, actor=town.leadership, now=CLOSED_AT)
    carried(session, town, next_round(session, town))
    query = select(Alert).where(Alert.kind.startswith("round.carry_over"))
    alerts = {alert.person_id: alert.id for alert in session.scalars(query)}
    texts = texts_of(session, list(alerts.values()), "zh")
    told = {name: texts[alerts[actor.id]] for name, actor in town.everybody().items() if actor.id in alerts}
    assert set(told) == {"inspector", "team_head", "leader", "district", "university"}
    assert told["university"] == "你单位有1个问题由2026-08督查轮次结转到2026-20轮次，请继续整改。"
    assert told["district"].startswith("2026-08督查轮次结转的2个问题已登记到2026-20轮次，涉及本考区")


def test_of_two_who_carry_over_at_once_each_finding_goes_on_once(engine: Engine, session: Session, town: Town) -> None:
    for _ in range(7):
        log_finding(session, town)
    close(session, town.round.id, (), CARRIED, actor=town.leadership, now=CLOSED_AT)
    round_id, before_id = next_round(session, town).id, town.round.id
    session.commit()

    def run() -> None:
        with sessions(engine).begin() as own:
            carry_over(own, round_id, before_id, actor=town.leadership, now=NOW)

    assert run_together(run, run) == []
    successors = list(session.scalars(select(Finding.carried_from_id).where(Finding.round_id == round_id)))
    assert len(successors) == len(set(successors)) == 7
