"""Who is told: the policy's words, resolved to sides of the finding, and changed by an office."""

import pytest

from tests.unit.findings.law import DEADLINE, POLICY, RULES, finding, finding_of_district, policy
from workflows.findings.addressees import addressees, told_of
from workflows.findings.facts import Facts
from workflows.findings.rectification import propose
from workflows.policy.findings import EVENT_KINDS
from workflows.vocabulary import Addressee, Move, Origin, Severity

TEAM, DISTRICT, LEADER = Addressee.TEAM, Addressee.DISTRICT, Addressee.RESPONSIBLE_LEADER


@pytest.mark.parametrize(
    ("facts", "overseer", "reviewer", "decider"),
    [
        (finding(), TEAM, TEAM, TEAM),
        (finding(severity=Severity.MAJOR), TEAM, TEAM, LEADER),
        (finding(origin=Origin.DISTRICT), DISTRICT, DISTRICT, DISTRICT),
        (finding(origin=Origin.DISTRICT, severity=Severity.MAJOR), DISTRICT, TEAM, LEADER),
        (finding(origin=Origin.DISTRICT, escalation_level=2), DISTRICT, TEAM, DISTRICT),
        (finding(origin=Origin.UNIT), DISTRICT, DISTRICT, DISTRICT),
        (finding_of_district(origin=Origin.UNIT), TEAM, TEAM, TEAM),
    ],
)
def test_overseer_reviewer_and_decider_are_sides_of_the_finding(
    facts: Facts, overseer: Addressee, reviewer: Addressee, decider: Addressee
) -> None:
    assert addressees(facts, "begin", POLICY) == (overseer,)
    assert addressees(facts, "submit", POLICY) == (reviewer,)
    assert addressees(facts, "ask_extension", POLICY) == (decider,)


def test_nobody_is_told_twice_of_one_event() -> None:
    for origin in Origin:
        for kind in EVENT_KINDS:
            told = addressees(finding(origin=origin, escalation_level=2), kind, POLICY, newly_escalated=True)
            assert len(told) == len(set(told))


def test_going_up_is_told_to_those_above_whatever_the_move() -> None:
    up_one = addressees(finding(escalation_level=1), "review_fail", POLICY, newly_escalated=True)
    assert {LEADER, Addressee.LEADERSHIP} <= set(up_one)
    up_two = addressees(finding(escalation_level=2), "refuse", POLICY, newly_escalated=True)
    assert {Addressee.BUREAU, Addressee.COMMITTEE} <= set(up_two)


def test_an_event_that_the_policy_does_not_name_is_told_to_nobody() -> None:
    silent = policy('repeat = ["bureau", "committee", "leadership"]\n')
    assert addressees(finding(), "repeat", silent) == ()


def test_an_origin_may_differ_from_the_rest() -> None:
    assert POLICY.heard_by(Origin.DISTRICT, "review_fail") == (Addressee.UNIT, DISTRICT)
    assert POLICY.heard_by(Origin.CENTRE, "review_fail") == (Addressee.UNIT, DISTRICT, LEADER)
    assert POLICY.heard_by(Origin.DISTRICT, "expire") == POLICY.heard_by(Origin.CENTRE, "expire")


def test_a_district_office_is_not_told_the_opinion_on_itself() -> None:
    assert DISTRICT in addressees(finding(), "opine", POLICY)
    assert DISTRICT not in addressees(finding_of_district(), "opine", POLICY)


def test_only_the_overseer_is_told_of_a_proposal() -> None:
    for facts, overseer in ((finding(origin=Origin.DISTRICT), DISTRICT), (finding_of_district(), TEAM)):
        transition = propose(facts, RULES, DEADLINE)
        assert (transition.kind, transition.due_at, transition.before) == ("log.proposed", DEADLINE, None)
        assert transition.addressees == (overseer,)


def test_a_policy_that_was_kept_before_there_were_proposals_tells_the_overseer_all_the_same() -> None:
    kept = policy('"log.proposed" = ["overseer"]\n')
    assert addressees(finding_of_district(), "log.proposed", kept) == (TEAM,)
    silent = policy('"log.proposed" = ["overseer"]', '"log.proposed" = []')
    assert addressees(finding_of_district(), "log.proposed", silent) == ()


def test_the_last_stage_of_a_breach_repeats() -> None:
    told = [addressees(finding(), "breach.review", POLICY, stage=stage) for stage in (1, 2, 3, 4, 99)]
    assert told[0] == (TEAM,)
    assert told[1] == (TEAM, LEADER)
    assert told[2] == told[3] == told[4] == (TEAM, LEADER, Addressee.LEADERSHIP)


def test_every_move_has_its_kinds_of_events() -> None:
    assert {kind.partition(".")[0] for kind in EVENT_KINDS} == {str(move) for move in Move}
    assert {"log.major", "escalate.2", "remind.opinion", "breach.acknowledgement", "notify"} <= EVENT_KINDS
    assert not {"log", "escalate", "remind", "breach"} & EVENT_KINDS


def test_who_would_hear_of_an_act_is_who_then_hears() -> None:
    facts = finding(severity=Severity.MAJOR)
    assert told_of(facts, [Move.SUBMIT, Move.BEGIN], POLICY) == (TEAM,)
    assert told_of(facts, [Move.REVIEW_PASS], POLICY) == (Addressee.UNIT, DISTRICT)
    assert LEADER in told_of(facts, [Move.REVIEW_FAIL], POLICY)
    assert told_of(facts, [Move.REVIEW_FAIL, Move.REVIEW_PASS], POLICY) == (Addressee.UNIT, DISTRICT)
    assert told_of(facts, [], POLICY) == ()
    assert Addressee.TOLD in told_of(finding(highest_level=1), [Move.REVIEW_PASS], POLICY)
    assert {LEADER, Addressee.LEADERSHIP} <= set(told_of(facts, [Move.REFUSE], POLICY))
    assert Addressee.BUREAU in told_of(finding(escalation_level=1), [Move.ESCALATE], POLICY)
