"""Closing a round: a decision on every open finding, silence of its clocks, and who hears of it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.alerts.texts import texts_of
from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.findings.corrections import edit
from service.findings.escalations import reopen, void
from service.findings.moves import load
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.sweep import next_due_at, sweep
from service.findings.view import view_finding
from service.models import Alert, ClosingDecision, Finding, JournalEntry
from service.round_closing.closing import Decision, Verdict, close
from service.rounds.rulebooks import keep_policy
from service.store.db import sessions
from tests.build.racing import run_together
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    judge,
    kinds,
    local,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
)
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.policy import shipped_policy_text
from workflows.vocabulary import ClosingOutcome, Outcome, Severity, State

NOW = local(4, 22, 10)
ENDED = Verdict(ClosingOutcome.ENDED, "考试已结束，不再督办")
CARRIED = Verdict(ClosingOutcome.CARRIED_OVER, "整改周期长，转入下一轮次")


def closed(session: Session, town: Town, *decisions: Decision, rest: Verdict | None = None, **given: Any) -> None:
    close(session, town.round.id, decisions, rest, actor=given.get("by", town.leadership), now=given.get("at", NOW))


def verified(session: Session, town: Town) -> Finding:
    finding = receive_finding(session, town)
    submit_finding(session, town, finding)
    judge(session, town, finding, Outcome.PASS, at=SUBMITTED_AT)
    return finding


def test_every_open_finding_gets_its_decision_and_closed_ones_none(session: Session, town: Town) -> None:
    found, notified, done, mistaken = (
        log_finding(session, town),
        notify_finding(session, town),
        verified(session, town),
        log_finding(session, town),
    )
    void(session, mistaken.id, actor=town.team_head, now=FOUND_AT, reason="误登")
    closed(session, town, Decision(found.id, ENDED), rest=CARRIED)
    decided = {row.finding_id: row for row in session.scalars(select(ClosingDecision))}
    assert {id_: row.outcome for id_, row in decided.items()} == {
        found.id: ClosingOutcome.ENDED,
        notified.id: ClosingOutcome.CARRIED_OVER,
    }
    row = decided[found.id]
    assert (row.reason, row.decided_at, row.decided_by_id) == (ENDED.reason, NOW, town.leadership.id)
    assert town.round.closed_at == NOW
    assert done.id not in decided
    assert verify(session) == []


def test_a_finding_without_decision_is_named_and_nothing_happens(session: Session, town: Town) -> None:
    found, forgotten = log_finding(session, town), log_finding(session, town)
    with pytest.raises(InvalidInput) as caught:
        closed(session, town, Decision(found.id, ENDED))
    assert caught.value.fields == {"decisions": "undecided_findings"}
    assert caught.value.particulars == {"count": 1, "numbers": forgotten.number, "undecided": [forgotten.id]}
    assert session.scalar(select(func.count(ClosingDecision.finding_id))) == 0


def test_decisions_are_on_open_findings_of_the_round_each_once(session: Session, town: Town) -> None:
    found, done = log_finding(session, town), verified(session, town)
    decisions = [Decision(id_, ENDED) for id_ in (found.id, done.id, found.id)]
    with pytest.raises(InvalidInput) as caught:
        closed(session, town, *decisions, rest=CARRIED)
    assert caught.value.fields == {
        "decisions.1.finding_id": "not_open_in_round",
        "decisions.2.finding_id": "duplicate",
    }


def test_only_the_leadership_team_closes_a_round_and_once(session: Session, town: Town) -> None:
    for name, actor in town.everybody().items():
        if name != "leadership":
            with pytest.raises(NotAllowed, match="not_yours"):
                closed(session, town, by=actor)
    closed(session, town)
    with pytest.raises(Conflict, match="round_closed"):
        closed(session, town)
    with pytest.raises(NotFound):
        close(session, town.college.id, actor=town.leadership, now=NOW)


def test_what_was_due_by_then_is_made_first_and_then_the_clocks_are_silent(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    closed(session, town, rest=ENDED, at=DEADLINE + timedelta(minutes=1))
    assert "expire" in kinds(session, finding)
    while sweep(session, now=DEADLINE + timedelta(days=1)).findings:
        pass
    (finding,) = load(session, [finding.id])
    assert (finding.state, finding.next_action_at, finding.at_risk_at) == (State.OVERDUE, None, None)
    assert next_due_at(session) is None
    assert kinds(session, finding)[-1] == "expire"
    with pytest.raises(Conflict, match="round_closed"):
        submit_finding(session, town, finding)
    with pytest.raises(Conflict, match="round_closed"):
        edit(session, finding.id, {"summary": "改"}, version=finding.version, actor=town.inspector, now=NOW)


def test_everybody_around_hears_what_he_or_she_may_know(session: Session, town: Town) -> None:
    log_finding(session, town)  # the unit does not know of it yet
    log_finding(session, town, organization_id=town.district_office.id)  # neither does the office of this one
    notify_finding(session, town)
    closed(session, town, rest=ENDED)
    query = select(Alert).where(Alert.kind.startswith("round."))
    alerts = {alert.person_id: alert.id for alert in session.scalars(query)}
    texts = texts_of(session, list(alerts.values()), "zh")
    told = {name: texts[alerts[actor.id]] for name, actor in town.everybody().items() if actor.id in alerts}
    assert set(told) == {
        *("inspector", "team_head", "leader", "district", "university"),
        *("other_inspector", "other_team_head", "other_leader", "other_district"),
    }
    number, office = town.round.number, town.district_office.name
    assert told["leader"] == f"{number}督查轮次已结束，{office}所在考区未销号的问题结转0个，终结3个。"
    assert told["district"] == f"{number}督查轮次已结束，本考区未销号的问题结转0个，终结2个。"
    assert told["university"].startswith(f"{number}督查轮次已结束，你单位未销号的问题结转0个，终结1个")
    assert "终结0个" in told["other_leader"]
    english = texts_of(session, list(alerts.values()), "en")
    assert english[alerts[town.university.id or ""]].startswith(f"Round {number} is closed: 0 of your open findings")


def test_whom_the_policy_of_the_round_leaves_out_hears_nothing_of_its_end(session: Session, town: Town) -> None:
    quieter = shipped_policy_text().replace('office = ["district"]', "office = []", 1)
    town.round.policy_version = keep_policy(session, quieter, now=FOUND_AT)
    notify_finding(session, town)
    closed(session, town, rest=CARRIED)
    told = set(session.scalars(select(Alert.kind).where(Alert.kind.startswith("round."))))
    assert told == {"round.close.team", "round.close.unit"}  # the leadership team has closed it


def test_the_journal_holds_every_decision(session: Session, town: Town) -> None:
    first, second = log_finding(session, town), log_finding(session, town)
    closed(session, town, Decision(first.id, CARRIED), Decision(second.id, ENDED))
    entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_id == town.round.id)).first()
    assert entry
    assert (entry.act, entry.subject_id, entry.actor_id) == (JournalAct.CLOSE, town.round.id, town.leadership.id)
    assert entry.data["decisions"] == [
        {"outcome": "carried_over", "reason": CARRIED.reason, "finding_ids": [first.id]},
        {"outcome": "ended", "reason": ENDED.reason, "finding_ids": [second.id]},
    ]


def test_a_finding_shows_what_was_decided_and_the_unit_is_not_told_why(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    closed(session, town, rest=ENDED)

    def reason(actor: Actor) -> str | None:
        closing = view_finding(session, load(session, [finding.id])[0], actor=actor, now=NOW).closing
        assert closing
        assert (closing.outcome, closing.at, closing.successor_id) == (ClosingOutcome.ENDED, NOW, None)
        return closing.reason

    assert reason(town.university) is None
    assert {reason(actor) for actor in (town.district, town.inspector, town.leader)} == {ENDED.reason}
    assert view_finding(session, finding, actor=town.inspector, now=NOW).allowed_moves == []


def test_of_two_who_close_at_once_one_is_told_that_it_is_done(engine: Engine, session: Session, town: Town) -> None:
    for _ in range(3):
        log_finding(session, town)
    session.commit()

    def run() -> None:
        with sessions(engine).begin() as own:
            closed(own, town, rest=ENDED)

    refused = run_together(run, run, run)
    assert [str(error) for error in refused] == ["round_closed"] * 2
    assert session.scalar(select(func.count(ClosingDecision.finding_id))) == 3


def test_a_move_and_the_closing_at_once_leave_a_decision_on_what_stayed_open(
    engine: Engine, session: Session, town: Town
) -> None:
    """Whoever moves or logs waits for the closing, or the closing for them: never a finding without decision."""
    ids = [receive_finding(session, town).id for _ in range(3)]
    major = log_finding(session, town, severity=Severity.MAJOR).id
    session.commit()
    round_id = town.round.id

    def alone(act: Any) -> Any:
        def run() -> None:
            with sessions(engine).begin() as own:
                act(own)

        return run

    demand = Demand(major, "立即整改", DEADLINE)
    refused = run_together(
        alone(lambda own: close(own, round_id, (), ENDED, actor=town.leadership, now=NOW)),
        alone(lambda own: log_finding(own, town, at=NOW)),
        alone(lambda own: notify(own, demand, actor=town.inspector, now=NOW)),
        alone(lambda own: sweep(own, now=NOW)),
        alone(lambda own: begin(own, ids[0], actor=town.university, now=NOW)),
    )
    assert {str(error) for error in refused} <= {"round_closed", "no_round_in_force", "already_received"}
    still_open = select(Finding.id).where(Finding.state != State.VERIFIED)
    assert set(session.scalars(still_open)) == set(session.scalars(select(ClosingDecision.finding_id)))
    assert verify(session) == []


def test_what_a_look_back_is_just_opening_again_is_decided_on_too(engine: Engine, session: Session, town: Town) -> None:
    finding = verified(session, town)
    session.commit()
    at = SUBMITTED_AT + timedelta(hours=2)

    def run() -> None:
        with sessions(engine).begin() as own:
            close(own, town.round.id, (), ENDED, actor=town.leadership, now=at)

    closing = threading.Thread(target=run)
    with sessions(engine).begin() as looking_back:
        reopen(
            looking_back, finding.id, actor=town.inspector, now=at, reason="再次黑屏", deadline=at + timedelta(days=9)
        )
        closing.start()
        closing.join(0.5)
        assert closing.is_alive(), "the closing waits"
    closing.join()
    assert session.scalars(select(ClosingDecision.finding_id)).all() == [finding.id]
