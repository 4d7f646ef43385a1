"""What a finding asks of whom: the first thing that each is offered, in every state."""

from dataclasses import replace

import pytest

from tests.unit.findings.law import (
    ACTORS,
    INSPECTOR,
    LEADERSHIP,
    RULES,
    UNIT,
    do,
    escalated,
    finding,
    local,
    notified,
    overdue,
    rectifying,
    submitted,
)
from workflows.findings.asked_moves import asked_moves, repeated_moves, waits_for
from workflows.findings.facts import Facts
from workflows.findings.rectification import allowed_moves
from workflows.rules import Vacant
from workflows.vocabulary import Addressee, Move, Origin

REVIEW = {Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL}
DECISION = {Move.GRANT_EXTENSION, Move.DENY_EXTENSION}
PEOPLE = ("university", "inspector", "leader", "leadership", "bureau")


def asked_extension() -> Facts:
    facts = rectifying()
    do(facts, Move.ASK_EXTENSION, UNIT, local(4, 14, 10), deadline=local(4, 30), extension_id="申请一")
    return facts


def verified() -> Facts:
    facts = submitted()
    do(facts, Move.REVIEW_PASS, INSPECTOR, local(4, 21))
    return facts


def reported() -> Facts:
    facts = escalated()
    do(facts, Move.OPINE, LEADERSHIP, local(4, 27))
    return facts


def asked_of(facts: Facts, *, replied: bool = False) -> dict[str, set[Move]]:
    """What each is asked for; who is asked for nothing is left out."""
    found = {who: set(asked_moves(facts, allowed_moves(facts, ACTORS[who], RULES), replied=replied)) for who in PEOPLE}
    return {who: moves for who, moves in found.items() if moves}


@pytest.mark.parametrize(
    ("facts", "asked", "waited_for"),
    [
        (finding(), {"inspector": {Move.NOTIFY, Move.SETTLE}}, Addressee.TEAM),
        (notified(), {"university": {Move.BEGIN}}, Addressee.UNIT),
        (rectifying(), {"university": {Move.SUBMIT}}, Addressee.UNIT),
        (asked_extension(), {"university": {Move.SUBMIT}, "inspector": DECISION}, Addressee.TEAM),
        (submitted(), {"inspector": REVIEW}, Addressee.TEAM),
        (
            overdue(),
            {"university": {Move.SUBMIT}, "leader": {Move.ESCALATE}, "leadership": {Move.ESCALATE}},
            Addressee.UNIT,
        ),
        (escalated(), {"university": {Move.SUBMIT}, "leadership": {Move.OPINE}}, Addressee.LEADERSHIP),
        (reported(), {"university": {Move.SUBMIT}, "bureau": {Move.REPLY}}, Addressee.UNIT),
        (verified(), {}, None),
    ],
)
def test_what_is_asked_first_is_what_the_finding_waits_for(
    facts: Facts, asked: dict[str, set[Move]], waited_for: Addressee | None
) -> None:
    assert asked_of(facts) == asked
    assert waits_for(facts) == waited_for


def test_whoever_has_replied_is_not_asked_again_and_may_add_to_it() -> None:
    facts = reported()
    assert "bureau" not in asked_of(facts, replied=True)
    assert Move.REPLY in repeated_moves(facts, replied=True)
    assert Move.OPINE in repeated_moves(facts, replied=False)
    assert repeated_moves(submitted(), replied=False) == [Move.SUBMIT]


def test_what_a_unit_found_itself_waits_for_the_unit() -> None:
    assert waits_for(finding(origin=Origin.UNIT)) is Addressee.UNIT


def test_a_vacant_post_s_act_is_waited_for_from_whoever_stands_in() -> None:
    nobody = Vacant(team=True)
    for facts in (finding(), submitted(), asked_extension()):
        assert waits_for(facts) is Addressee.TEAM
        assert waits_for(replace(facts, vacant=nobody)) is Addressee.RESPONSIBLE_LEADER
