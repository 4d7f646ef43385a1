"""Clocks on the authority's side (督查不到位): the person behind, then those above, until the awaited act."""

from typing import Any

import pytest

from tests.unit.findings.law import (
    CALENDAR,
    DISTRICT,
    RULES,
    SUBMITTED_AT,
    TEAM_HEAD,
    UNIT,
    advance_in_steps,
    do,
    escalated,
    finding,
    finding_of_district,
    happened,
    local,
    rectifying,
    submitted,
    until,
)
from workflows.findings.facts import Facts
from workflows.findings.rectification import advance
from workflows.vocabulary import Addressee, Clock, Move, Origin, Severity, State

TEAM, DISTRICT_OFFICE = Addressee.TEAM, Addressee.DISTRICT
LEADER_HEARS, LEADERSHIP_HEARS = Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP


def asked(**known: Any) -> Facts:
    facts = rectifying(**known)
    do(facts, Move.ASK_EXTENSION, UNIT, local(4, 14, 10), deadline=local(4, 30), extension_id="申请一")
    return facts


def breaches(facts: Facts) -> list[tuple[Addressee, ...]]:
    transitions = [h for h in advance_in_steps(facts, RULES, local(4, 25, 10)) if h.move is Move.BREACH]
    assert [transition.data["stage"] for transition in transitions] == list(range(1, len(transitions) + 1))
    return [transition.addressees for transition in transitions][:5]


@pytest.mark.parametrize(
    ("facts", "behind"),
    [
        (finding(), TEAM),
        (finding(origin=Origin.DISTRICT), DISTRICT_OFFICE),
        (finding(origin=Origin.UNIT), DISTRICT_OFFICE),
        (finding_of_district(), TEAM),
        (finding_of_district(origin=Origin.UNIT), TEAM),
        (submitted(at=local(4, 14, 10)), TEAM),
        (submitted(at=local(4, 14, 10), origin=Origin.DISTRICT), DISTRICT_OFFICE),
        (submitted(at=local(4, 14, 10), origin=Origin.DISTRICT, severity=Severity.MAJOR), TEAM),
        (asked(), TEAM),
        (asked(origin=Origin.DISTRICT), DISTRICT_OFFICE),
    ],
)
def test_the_person_behind_hears_then_the_leader_then_the_leadership_team_then_daily(
    facts: Facts, behind: Addressee
) -> None:
    first, second, *later = breaches(facts)
    assert first == (behind,)
    assert second == (behind, LEADER_HEARS)
    assert later == [(behind, LEADER_HEARS, LEADERSHIP_HEARS)] * 3


def test_a_leader_who_does_not_decide_is_behind_and_above() -> None:
    assert breaches(asked(severity=Severity.MAJOR))[:3] == [
        (LEADER_HEARS,),
        (LEADER_HEARS,),
        (LEADER_HEARS, LEADERSHIP_HEARS),
    ]


def test_a_leadership_team_without_an_opinion_hears_of_itself() -> None:
    assert breaches(escalated())[:2] == [(LEADERSHIP_HEARS,), (LEADERSHIP_HEARS, LEADER_HEARS)]


@pytest.mark.parametrize(
    ("facts", "clock", "days"),
    [
        (finding(), Clock.NOTIFICATION, ["04-13", "04-14", "04-15", "04-16", "04-19"]),
        (submitted(at=local(4, 14, 10)), Clock.REVIEW, ["04-16", "04-19", "04-20", "04-21", "04-22"]),
        (asked(), Clock.DECISION, ["04-15", "04-16", "04-19", "04-20", "04-21"]),
        (escalated(), Clock.OPINION, ["04-19", "04-20", "04-21", "04-22", "04-23"]),
    ],
)
def test_breaches_come_at_the_close_of_each_working_day(facts: Facts, clock: Clock, days: list[str]) -> None:
    told = [at for kind, at in until(facts, to=local(4, 30)) if kind == f"breach.{clock}"]
    assert told[:5] == [f"{day} 17:00" for day in days]


def test_a_breach_changes_neither_state_nor_level() -> None:
    facts = finding()
    for transition in advance_in_steps(facts, RULES, local(5, 30)):
        assert (transition.before, transition.after, transition.escalation_level) == (State.FOUND, State.FOUND, 0)


def test_the_awaited_act_ends_the_breach() -> None:
    facts = finding()
    advance(facts, RULES, local(4, 14))
    do(facts, Move.NOTIFY, TEAM_HEAD, local(4, 14, 18), deadline=local(4, 30))
    assert "breach.notification" not in [kind for kind, _ in until(facts, to=local(4, 30))]
    submission = submitted()
    advance(submission, RULES, local(4, 23))
    do(submission, Move.REVIEW_PARTIAL, TEAM_HEAD, local(4, 23, 18))
    assert "breach.review" not in [kind for kind, _ in until(submission, to=local(4, 30))]
    request = asked()
    do(request, Move.DENY_EXTENSION, TEAM_HEAD, local(4, 16, 18))
    assert "breach.decision" not in [kind for kind, _ in until(request, to=local(4, 30))]


def test_a_new_wait_is_counted_from_its_beginning() -> None:
    facts = submitted(at=local(4, 14, 10))
    advance(facts, RULES, local(4, 20, 9))
    do(facts, Move.REVIEW_PARTIAL, TEAM_HEAD, local(4, 20, 10))
    do(facts, Move.SUBMIT, UNIT, local(4, 20, 11), evidence=1, submission_id="反馈二")
    (transition,) = advance(facts, RULES, local(4, 22))
    assert (transition.kind, transition.data["stage"], transition.addressees) == ("breach.review", 1, (TEAM,))


def test_after_an_outage_breaches_count_from_when_they_were_recorded() -> None:
    facts = finding()
    assert happened(advance(facts, RULES, local(4, 20, 10))) == ["breach.notification"]
    assert until(facts, to=local(4, 22)) == [
        ("breach.notification", "04-21 17:00"),
        ("breach.notification", "04-22 17:00"),
    ]


def test_two_waits_run_side_by_side() -> None:
    facts = asked()
    do(facts, Move.SUBMIT, UNIT, local(4, 14, 11), evidence=1, submission_id="反馈一")
    kinds = [kind for kind, _ in until(facts, to=local(4, 16))]
    assert kinds == ["breach.decision", "breach.review", "breach.decision"]


def test_a_newer_submission_does_not_excuse_the_reviewer() -> None:
    facts = submitted()
    do(facts, Move.SUBMIT, UNIT, local(4, 22, 10), evidence=1, submission_id="反馈二")
    assert facts.awaiting_review_since == SUBMITTED_AT
    assert until(facts, to=local(4, 22)) == [("breach.review", "04-22 17:00")]


def test_only_working_days_count() -> None:
    assert not CALENDAR.is_working_day(local(5, 3).date())
    facts = finding(at=local(4, 30, 18))
    assert until(facts, to=local(5, 7)) == [
        ("breach.notification", "05-06 17:00"),
        ("breach.notification", "05-07 17:00"),
    ]


def test_a_request_that_was_denied_and_asked_anew_waits_anew() -> None:
    facts = asked(origin=Origin.DISTRICT)
    do(facts, Move.DENY_EXTENSION, DISTRICT, local(4, 15, 18))
    do(facts, Move.ASK_EXTENSION, UNIT, local(4, 16, 10), deadline=local(4, 30), extension_id="申请二")
    (transition,) = advance(facts, RULES, local(4, 19))
    assert (transition.kind, transition.addressees) == ("breach.decision", (DISTRICT_OFFICE,))
