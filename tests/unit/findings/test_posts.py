"""One person in several posts, and who stands in for a post that nobody fills."""

from dataclasses import replace

import pytest

from tests.unit.findings.law import (
    BUREAU,
    COMMITTEE,
    DISTRICT,
    HERE,
    JINSHUI,
    LEADER,
    LEADERSHIP,
    REFUSED_AT,
    ROUND,
    RULES,
    THERE,
    finding,
)
from workflows.findings.attempts import Attempt
from workflows.findings.facts import Actor
from workflows.findings.rectification import apply
from workflows.findings.sides import sides_of, stand_in
from workflows.rules import Vacant
from workflows.vocabulary import Addressee, Move, Role, Side, State

BOTH = replace(LEADER, others=(replace(LEADERSHIP, id=LEADER.id),))


def test_somebody_with_two_posts_is_on_the_sides_of_both() -> None:
    assert sides_of(BOTH, finding()) == sides_of(LEADER, finding()) | sides_of(LEADERSHIP, finding())
    assert BOTH.holds(Role.LEADERSHIP)
    assert not BOTH.holds(Role.ADMIN, Role.BUREAU)
    assert BOTH.in_post(Role.LEADERSHIP).role is Role.LEADERSHIP
    assert BOTH.in_post(Role.ADMIN) is BOTH


def test_a_move_is_made_in_the_post_that_may_make_it() -> None:
    escalated = finding(state=State.ESCALATED, escalation_level=1, escalated_at=REFUSED_AT)
    opined = apply(escalated, Attempt(Move.OPINE, BOTH, REFUSED_AT), RULES)
    assert opined.role is Role.LEADERSHIP
    alone = finding(state=State.ESCALATED, escalation_level=1, escalated_at=REFUSED_AT)
    assert apply(alone, Attempt(Move.OPINE, LEADERSHIP, REFUSED_AT), RULES).role is None


def test_the_districts_of_a_person_are_those_of_all_posts() -> None:
    other = Actor(Role.INSPECTOR, LEADER.id, LEADER.organization_id, frozenset({THERE}))
    assert replace(LEADER, others=(other,)).district_ids == {HERE.district_id, THERE.district_id}
    assert DISTRICT.district_ids == {JINSHUI}
    assert LEADER.is_assigned(ROUND, JINSHUI)
    assert not LEADER.is_assigned("另一轮次", JINSHUI)


def test_bureau_and_committee_may_be_one_person() -> None:
    assert sides_of(replace(BUREAU, others=(COMMITTEE,)), finding()) == {Side.ALERTED, Side.UPWARD}


@pytest.mark.parametrize(
    ("addressee", "vacant", "who"),
    [
        (Addressee.RESPONSIBLE_LEADER, Vacant(leader=True), Addressee.LEADERSHIP),
        (Addressee.TEAM, Vacant(team=True), Addressee.RESPONSIBLE_LEADER),
        (Addressee.TEAM, Vacant(team=True, leader=True), Addressee.LEADERSHIP),
        (Addressee.DISTRICT, Vacant(office=True), Addressee.TEAM),
        (Addressee.DISTRICT, Vacant(office=True, team=True, leader=True), Addressee.LEADERSHIP),
        (Addressee.UNIT, Vacant(leader=True, team=True, head=True, office=True), Addressee.UNIT),
        (Addressee.TEAM, Vacant(head=True), Addressee.TEAM),
    ],
)
def test_the_next_above_stands_in_for_a_vacant_post(addressee: Addressee, vacant: Vacant, who: Addressee) -> None:
    assert stand_in(addressee, vacant) is who
