"""How a finding ends, or begins again: settled on the spot, verified, reopened (回头看), voided."""

from dataclasses import replace

import pytest

from tests.unit.findings.law import (
    BUREAU,
    DISTRICT,
    FOUND_AT,
    INSPECTOR,
    LEADER,
    LEADERSHIP,
    RULES,
    TEAM_HEAD,
    UNIT,
    advance_in_steps,
    do,
    escalated,
    finding,
    local,
    notified,
    overdue,
    rectifying,
    submitted,
    until,
)
from workflows.findings.attempts import Refusal, TransitionRefused
from workflows.findings.facts import Facts
from workflows.findings.rectification import allowed_moves, log
from workflows.vocabulary import Addressee, Move, Origin, Severity, State

LOOKED_BACK_AT = local(5, 10, 10)
AGAIN = local(5, 14)


def verified_above() -> Facts:
    """Put right only after bureau and committee had heard."""
    facts = escalated()
    do(facts, Move.OPINE, LEADERSHIP, local(4, 15, 10))
    do(facts, Move.SUBMIT, UNIT, local(4, 16, 10), evidence=1, submission_id="反馈一")
    do(facts, Move.REVIEW_FAIL, TEAM_HEAD, local(4, 16, 11))
    do(facts, Move.SUBMIT, UNIT, local(4, 16, 12), evidence=1, submission_id="反馈二")
    do(facts, Move.REVIEW_PASS, TEAM_HEAD, local(4, 16, 13))
    return facts


@pytest.mark.parametrize(
    ("origin", "severity", "told"),
    [
        (Origin.CENTRE, Severity.GENERAL, ()),
        (Origin.CENTRE, Severity.MAJOR, (Addressee.UNIT, Addressee.RESPONSIBLE_LEADER)),
        (Origin.DISTRICT, Severity.MAJOR, (Addressee.UNIT, Addressee.RESPONSIBLE_LEADER)),
        (Origin.UNIT, Severity.GENERAL, (Addressee.DISTRICT,)),
        (Origin.UNIT, Severity.MAJOR, (Addressee.DISTRICT, Addressee.RESPONSIBLE_LEADER)),
    ],
)
def test_logging_tells_leader_and_unit_of_a_major_finding_at_once(
    origin: Origin, severity: Severity, told: tuple[Addressee, ...]
) -> None:
    transition = log(finding(origin=origin, severity=severity), RULES)
    assert (transition.kind, transition.before, transition.after) == (f"log.{severity}", None, State.FOUND)
    assert transition.addressees == told


def test_what_is_put_right_on_the_spot_is_settled_with_evidence() -> None:
    facts = finding()
    with pytest.raises(TransitionRefused, match=Refusal.EVIDENCE_MISSING):
        do(facts, Move.SETTLE, INSPECTOR, FOUND_AT)
    transition = do(facts, Move.SETTLE, INSPECTOR, FOUND_AT, evidence=1)
    assert (transition.after, facts.verified_at) == (State.VERIFIED, FOUND_AT)
    assert until(facts, to=local(12, 31)) == []


def test_a_major_finding_is_not_settled_on_the_spot() -> None:
    with pytest.raises(TransitionRefused, match=Refusal.MAJOR):
        do(finding(severity=Severity.MAJOR), Move.SETTLE, INSPECTOR, FOUND_AT, evidence=1)


def test_reopening_starts_a_new_cycle_at_level_none() -> None:
    facts = verified_above()
    assert facts.escalation_level == 2
    transition = do(facts, Move.REOPEN, TEAM_HEAD, LOOKED_BACK_AT, deadline=AGAIN)
    assert (transition.before, transition.after) == (State.VERIFIED, State.RECTIFYING)
    assert transition.addressees == (Addressee.UNIT, Addressee.DISTRICT, Addressee.TOLD)
    assert (facts.escalation_level, facts.recurrences, facts.cycle, facts.failures) == (0, 1, 2, 0)
    assert (facts.verified_at, facts.escalated_at, facts.overdue_at, facts.stopped_at) == (None, None, None, None)
    assert facts.deadline == facts.original_deadline == AGAIN


def test_a_reopened_finding_climbs_the_ladder_from_the_bottom() -> None:
    facts = verified_above()
    do(facts, Move.REOPEN, TEAM_HEAD, LOOKED_BACK_AT, deadline=AGAIN)
    assert [(h.kind, h.escalation_level) for h in advance_in_steps(facts, RULES, local(5, 20, 18))][-5:] == [
        ("expire", 0),
        ("escalate.1", 1),
        ("remind.opinion", 1),
        ("breach.opinion", 1),
        ("escalate.2", 2),
    ]


def test_reopening_names_a_future_deadline() -> None:
    for deadline, refusal in ((None, Refusal.DEADLINE_MISSING), (LOOKED_BACK_AT, Refusal.DEADLINE_PAST)):
        with pytest.raises(TransitionRefused, match=refusal):
            do(verified_above(), Move.REOPEN, TEAM_HEAD, LOOKED_BACK_AT, deadline=deadline)


def test_a_finding_settled_on_the_spot_can_be_found_again() -> None:
    facts = finding()
    do(facts, Move.SETTLE, INSPECTOR, FOUND_AT, evidence=1)
    do(facts, Move.REOPEN, INSPECTOR, LOOKED_BACK_AT, deadline=AGAIN)
    assert (facts.state, facts.received_at) == (State.RECTIFYING, LOOKED_BACK_AT)
    assert Move.BEGIN not in allowed_moves(facts, UNIT, RULES)


def test_the_bureau_may_reply_to_what_was_reported_and_has_ended() -> None:
    assert do(verified_above(), Move.REPLY, BUREAU, LOOKED_BACK_AT).after is State.VERIFIED


def test_a_finding_logged_by_mistake_is_voided_by_the_head_and_stays_where_it_was() -> None:
    facts = finding()
    with pytest.raises(TransitionRefused, match=Refusal.NOT_YOURS):
        do(facts, Move.VOID, INSPECTOR, FOUND_AT)
    transition = do(facts, Move.VOID, TEAM_HEAD, FOUND_AT)
    assert (transition.after, facts.state, facts.voided_at) == (State.FOUND, State.FOUND, FOUND_AT)
    assert transition.addressees == (Addressee.UNIT, Addressee.DISTRICT, Addressee.TOLD)
    assert until(facts, to=local(12, 31)) == []


def test_a_district_office_voids_what_it_logged() -> None:
    assert do(finding(origin=Origin.DISTRICT), Move.VOID, DISTRICT, FOUND_AT).after is State.FOUND


@pytest.mark.parametrize(
    "facts", [notified(), rectifying(), submitted(), overdue(), escalated()], ids=lambda facts: str(facts.state)
)
def test_later_a_finding_is_voided_only_by_the_responsible_leader(facts: Facts) -> None:
    at = facts.overdue_at or facts.escalated_at or local(4, 20, 11)
    with pytest.raises(TransitionRefused, match=Refusal.NOT_YOURS):
        do(replace(facts), Move.VOID, TEAM_HEAD, at)
    state = facts.state
    assert do(facts, Move.VOID, LEADER, at).after is state
    assert facts.voided_at == at
    assert until(facts, to=local(12, 31)) == []


def test_a_verified_finding_is_not_voided() -> None:
    with pytest.raises(TransitionRefused, match=Refusal.WRONG_STATE):
        do(verified_above(), Move.VOID, LEADER, LOOKED_BACK_AT)
