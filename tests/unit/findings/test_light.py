"""The traffic light: one function, from what is stored beside the finding."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.unit.findings.law import (
    FOUND_AT,
    POLICY,
    RULES,
    TEAM_HEAD,
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
from workflows.findings.clocks import at_risk_at
from workflows.findings.facts import Facts
from workflows.findings.light import light
from workflows.rules import Rules
from workflows.vocabulary import Light, Move, State


def shown(facts: Facts, now: datetime) -> Light:
    return light(state=facts.state, voided=facts.voided_at is not None, at_risk_at=at_risk_at(facts, RULES), now=now)


def asked() -> Facts:
    facts = rectifying()
    do(facts, Move.ASK_EXTENSION, UNIT, local(4, 14, 10), deadline=local(4, 30), extension_id="申请一")
    return facts


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        (finding(), local(4, 13)),  # not notified within a working day
        (notified(), local(4, 13)),  # not received within a working day
        (rectifying(), local(4, 20, 9)),  # the first reminder
        (submitted(), local(4, 22)),  # not reviewed within two working days
        (asked(), local(4, 15)),  # not decided within one
    ],
    ids=["found", "notified", "rectifying", "submitted", "asked"],
)
def test_the_light_turns_amber_when_the_finding_is_at_risk(facts: Facts, at: datetime) -> None:
    assert at_risk_at(facts, RULES) == at
    assert shown(facts, at - timedelta(seconds=1)) is Light.GREEN
    assert shown(facts, at) is Light.AMBER


@pytest.mark.parametrize("facts", [overdue(), escalated()], ids=["overdue", "escalated"])
def test_overdue_and_escalated_are_red(facts: Facts) -> None:
    assert shown(facts, FOUND_AT) is Light.RED


@pytest.mark.parametrize("state", State)
def test_verified_and_void_are_green(state: State) -> None:
    assert light(state=State.VERIFIED, voided=False, at_risk_at=FOUND_AT, now=FOUND_AT) is Light.GREEN
    assert light(state=state, voided=True, at_risk_at=FOUND_AT, now=FOUND_AT) is Light.GREEN


def test_a_closed_finding_is_at_no_risk() -> None:
    facts = finding()
    do(facts, Move.SETTLE, TEAM_HEAD, FOUND_AT, evidence=1)
    assert at_risk_at(facts, RULES) is None
    assert light(state=State.FOUND, voided=False, at_risk_at=None, now=FOUND_AT) is Light.GREEN


def test_without_reminders_a_running_deadline_gives_no_warning() -> None:
    assert at_risk_at(rectifying(), Rules(replace(POLICY, reminders=()), RULES.calendar)) is None
