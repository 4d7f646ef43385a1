"""The one writer: what a move writes is written together, chained, fenced by version, and told once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.findings.escalations import escalate, refuse, void
from service.findings.extensions import ask
from service.findings.handling_opinions import opine
from service.findings.rectification_notices import begin
from service.findings.sweep import COLUMNS
from service.models import Alert, Event, Finding, Person
from service.people.accounts import disable_person
from service.records.events import LockedFinding, NewEvent, record_moves
from service.records.facts import facts_of
from service.rounds.rulebooks import rules_of
from service.store.hash_chain import chain_hash
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    heard,
    judge,
    kinds,
    local,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.findings.attempts import Attempt
from workflows.findings.rectification import apply
from workflows.vocabulary import Measure, Move, Outcome, Severity, State

REFUSED_AT = local(4, 14, 12)


def counts(session: Session) -> tuple[int, int]:
    return session.scalar(select(func.count(Event.id))) or 0, session.scalar(select(func.count(Alert.id))) or 0


def opened(session: Session, town: Town, finding: Finding) -> LockedFinding:
    """The finding as a writer would hold it, with the unit's receipt tried on it."""
    row = session.execute(select(*COLUMNS).where(Finding.id == finding.id)).mappings().one()
    rules = rules_of(session, town.round, finding.policy_version)
    facts = facts_of(row, rules)
    transition = apply(facts, Attempt(Move.BEGIN, town.university, FOUND_AT + timedelta(hours=1)), rules)
    return LockedFinding(row, facts, rules, [NewEvent(transition, town.university)])


def test_a_move_writes_state_event_and_alerts_together(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    session.rollback()
    assert counts(session) == (0, 0)
    finding = notify_finding(session, town)
    assert (finding.state, finding.version, finding.chain_length) == (State.NOTIFIED, 3, 2)
    assert kinds(session, finding) == ["log.general", "notify"]
    assert heard(session, finding, town) == ["university"]


def test_each_event_carries_the_hash_of_the_one_before(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    sweep_until(session, local(4, 27, 18))
    session.refresh(finding)
    chain = session.scalars(select(Event).where(Event.finding_id == finding.id).order_by(Event.position)).all()
    assert [event.position for event in chain] == list(range(1, finding.chain_length + 1))
    assert [event.previous_hash for event in chain] == [None, *(event.hash for event in chain[:-1])]
    assert all(event.hash == chain_hash(event.previous_hash, event.canonical) for event in chain)
    assert finding.chain_head == chain[-1].hash


def test_a_stale_version_is_a_conflict_and_nothing_is_written(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    stale = opened(session, town, finding)
    begin(session, finding.id, actor=town.university, now=FOUND_AT + timedelta(minutes=30))
    session.commit()
    before = counts(session)
    with pytest.raises(Conflict, match="stale_version"):
        record_moves(session, [stale], now=FOUND_AT + timedelta(hours=1))
    session.rollback()
    session.refresh(finding)
    assert (counts(session), finding.version, finding.received_at) == (before, 4, FOUND_AT + timedelta(minutes=30))


def test_one_stale_finding_among_many_stops_them_all(session: Session, town: Town) -> None:
    findings = [notify_finding(session, town) for _ in range(8)]
    moved = [opened(session, town, finding) for finding in findings]
    session.execute(text("UPDATE findings SET version = version + 1 WHERE number LIKE '%0005'"))
    session.commit()
    with pytest.raises(Conflict, match="stale_version"):
        record_moves(session, moved, now=FOUND_AT + timedelta(hours=1))
    session.rollback()
    states = session.scalars(select(Finding.state).execution_options(populate_existing=True)).all()
    assert (states, counts(session)) == ([State.NOTIFIED] * 8, (16, 8))


def test_when_an_alert_cannot_be_written_neither_is_the_move(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    session.commit()
    one = opened(session, town, finding)
    session.execute(text("DROP TABLE deliveries"))
    session.execute(text("ALTER TABLE alerts RENAME TO alerts_elsewhere"))
    with pytest.raises(DBAPIError):
        record_moves(session, [one], now=FOUND_AT + timedelta(hours=1))
    session.rollback()
    session.refresh(finding)
    assert (finding.state, kinds(session, finding)) == (State.NOTIFIED, ["log.general", "notify"])


def test_nobody_is_told_of_his_or_her_own_act(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    ask(session, finding.id, actor=town.university, now=SUBMITTED_AT, deadline=local(4, 28), reason="设备在途")
    assert heard(session, finding, town, "ask_extension") == ["inspector", "team_head"]
    submit_finding(session, town, finding)
    judge(session, town, finding, Outcome.PARTIAL, at=SUBMITTED_AT + timedelta(hours=1))
    refuse(session, finding.id, actor=town.inspector, now=local(4, 22, 9), reason="明确表示不再整改")
    assert heard(session, finding, town, "refuse") == ["district", "leader", "leadership", "team_head", "university"]


def test_a_leader_who_escalated_is_told_how_it_ended(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    at = DEADLINE + timedelta(minutes=1)
    escalate(session, finding.id, actor=town.leader, now=at, from_level=0, reason="临近考试")
    assert "leader" not in heard(session, finding, town)
    submit_finding(session, town, finding, at=local(4, 24, 18))
    judge(session, town, finding, Outcome.PASS, at=local(4, 24, 19))
    assert heard(session, finding, town, "review_pass") == [
        "district",
        "inspector",
        "leader",
        "leadership",
        "university",
    ]


def test_those_who_hear_of_an_escalation_in_the_same_transaction_hear_how_it_ended(
    session: Session, town: Town
) -> None:
    """Nobody swept since Friday: the reviewer's own move first lets the clock escalate."""
    finding = receive_finding(session, town)
    sweep_until(session, DEADLINE - timedelta(hours=1))
    submit_finding(session, town, finding, at=local(4, 24, 17, 30))
    judge(session, town, finding, Outcome.PASS, at=local(4, 28, 9))
    assert kinds(session, finding)[-2:] == ["escalate.1", "review_pass"]
    assert heard(session, finding, town, "review_pass") == [
        "district",
        "inspector",
        "leader",
        "leadership",
        "university",
    ]


def test_everyone_told_is_told_of_the_end_though_the_team_has_changed(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.team_head, now=REFUSED_AT, reason="拒不整改")
    session.execute(
        text("DELETE FROM team_members WHERE person_id IN (SELECT id FROM people WHERE username = 'inspector')")
    )
    session.commit()
    submit_finding(session, town, finding, at=local(4, 14, 16))
    judge(session, town, finding, Outcome.PASS, at=local(4, 14, 17))
    assert "inspector" in heard(session, finding, town, "review_pass")


def test_disabled_people_hear_nothing(session: Session, town: Town) -> None:
    disable_person(session, session.get_one(Person, town.inspector.id), now=FOUND_AT)
    disable_person(session, session.get_one(Person, town.leader.id), now=FOUND_AT)
    session.commit()
    finding = receive_finding(session, town, by=town.team_head, severity=Severity.MAJOR)
    sweep_until(session, local(4, 27, 18))
    assert {"inspector", "leader"} & set(heard(session, finding, town)) == set()
    assert {"team_head", "leadership", "university"} <= set(heard(session, finding, town))


def test_a_unit_is_not_told_of_a_finding_that_it_never_knew(session: Session, town: Town) -> None:
    finding = log_finding(session, town)
    void(session, finding.id, actor=town.team_head, now=FOUND_AT + timedelta(hours=1), reason="重复登记")
    assert heard(session, finding, town) == ["district"]
    against_office = log_finding(session, town, organization_id=town.district_office.id)
    void(session, against_office.id, actor=town.team_head, now=FOUND_AT + timedelta(hours=1), reason="重复登记")
    assert heard(session, against_office, town) == []
    known = log_finding(session, town, severity=Severity.MAJOR)
    void(session, known.id, actor=town.team_head, now=FOUND_AT + timedelta(hours=1), reason="重复登记")
    assert heard(session, known, town, "void") == ["district", "university"]


def test_alerts_of_leaders_want_acknowledgement_and_of_others_do_not(session: Session, town: Town) -> None:
    finding = log_finding(session, town, severity=Severity.MAJOR)
    wanted = {
        alert.person_id: alert.acknowledge_by
        for alert in session.scalars(select(Alert).where(Alert.finding_id == finding.id))
    }
    assert wanted == {town.leader.id: local(4, 14), town.university.id: None}


def test_nobody_has_to_acknowledge_how_it_ended(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=REFUSED_AT, reason="拒不整改")
    submit_finding(session, town, finding, at=local(4, 15, 9))
    judge(session, town, finding, Outcome.PASS, at=local(4, 15, 10))
    ends = session.scalars(select(Alert).where(Alert.finding_id == finding.id, Alert.kind == "review_pass")).all()
    assert {town.leader.id, town.leadership.id} & {alert.person_id for alert in ends}
    assert {alert.acknowledge_by for alert in ends} == {None}


def test_bureau_and_committee_read_events_from_their_report_on(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=REFUSED_AT, reason="拒不整改")
    opine(
        session,
        finding.id,
        actor=town.leadership,
        now=REFUSED_AT + timedelta(hours=1),
        measure=Measure.TALK,
        opinion="约谈",
    )
    submit_finding(session, town, finding, at=local(4, 15, 9))
    sweep_until(session, local(4, 17, 18))  # nobody reviews: breaches, which stay inside
    judge(session, town, finding, Outcome.PASS, at=local(4, 18, 9))
    query = select(Event.move, Event.upward).where(Event.finding_id == finding.id).order_by(Event.position)
    seen = [(str(move), upward) for move, upward in session.execute(query)]
    assert seen[:5] == [("log", False), ("notify", False), ("begin", False), ("refuse", False), ("opine", True)]
    assert ("breach", False) in seen
    assert {move for move, upward in seen[5:] if upward} == {"submit", "review_pass"}
