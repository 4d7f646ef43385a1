"""The notice's ladder (part 4, paragraph 3): a finding that nobody touches, by origin and severity."""

from dataclasses import replace

import pytest
from msgspec import structs

from tests.unit.findings.law import (
    DEADLINE,
    RULES,
    advance_in_steps,
    do,
    finding,
    happened,
    local,
    notified,
    overdue,
    policy,
    rectifying,
    until,
)
from tests.unit.findings.law import UNIT as UNIVERSITY
from workflows.findings.clocks import ClockNeverEnds, at_risk_at
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Move, Origin, Severity, State

REMINDERS = [("remind.deadline", "04-20 09:00"), ("remind.deadline", "04-22 09:00"), ("remind.deadline", "04-23 09:00")]
GENERAL = [
    *REMINDERS,
    ("expire", "04-23 17:00"),
    ("escalate.1", "04-25 17:00"),  # one working day: the make-up Sunday
    ("remind.opinion", "04-27 17:00"),
    ("breach.opinion", "04-28 17:00"),
    ("escalate.2", "04-28 17:00"),
    ("breach.opinion", "04-29 17:00"),
    ("breach.opinion", "04-30 17:00"),
    ("repeat", "05-06 09:00"),  # a week on is Labour Day's holiday
    ("breach.opinion", "05-06 17:00"),
    ("breach.opinion", "05-07 17:00"),
    ("breach.opinion", "05-08 17:00"),
]
MAJOR = [
    *REMINDERS,
    ("expire", "04-23 17:00"),
    ("escalate.1", "04-23 17:00"),  # at once
    ("remind.opinion", "04-26 17:00"),
    ("breach.opinion", "04-27 17:00"),
    ("escalate.2", "04-27 17:00"),
    ("breach.opinion", "04-28 17:00"),
    ("breach.opinion", "04-29 17:00"),
    ("breach.opinion", "04-30 17:00"),
    ("repeat", "05-06 09:00"),
    ("breach.opinion", "05-06 17:00"),
    ("breach.opinion", "05-07 17:00"),
    ("breach.opinion", "05-08 17:00"),
]
UNIT, TEAM, DISTRICT = Addressee.UNIT, Addressee.TEAM, Addressee.DISTRICT
LEADER, LEADERSHIP = Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP
UPWARD = (Addressee.BUREAU, Addressee.COMMITTEE)
HEARD = {
    Origin.CENTRE: {
        "expire": (UNIT, TEAM, DISTRICT),
        "escalate.1": (LEADER, LEADERSHIP, UNIT, TEAM, DISTRICT),
        "escalate.2": (*UPWARD, LEADERSHIP, LEADER, UNIT, TEAM, DISTRICT),
    },
    Origin.DISTRICT: {
        "expire": (UNIT, DISTRICT),
        "escalate.1": (LEADER, LEADERSHIP, TEAM, UNIT, DISTRICT),
        "escalate.2": (*UPWARD, LEADERSHIP, LEADER, UNIT, DISTRICT),
    },
    Origin.UNIT: {
        "expire": (UNIT, DISTRICT),
        "escalate.1": (LEADER, LEADERSHIP, UNIT, DISTRICT),
        "escalate.2": (*UPWARD, LEADERSHIP, LEADER, UNIT, DISTRICT),
    },
}


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize(("severity", "ladder"), [(Severity.GENERAL, GENERAL), (Severity.MAJOR, MAJOR)])
def test_an_untouched_finding_climbs_rung_by_rung(
    origin: Origin, severity: Severity, ladder: list[tuple[str, str]]
) -> None:
    facts = rectifying(origin=origin, severity=severity)
    assert until(facts, to=local(5, 8, 18)) == ladder
    assert (facts.state, facts.escalation_level) == (State.ESCALATED, 2)


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("severity", Severity)
def test_each_rung_is_told_to_those_whom_the_policy_names(origin: Origin, severity: Severity) -> None:
    transitions = advance_in_steps(rectifying(origin=origin, severity=severity), RULES, local(5, 6, 10))
    heard = {transition.kind: transition.addressees for transition in transitions}
    for kind, hearers in HEARD[origin].items():
        assert heard[kind] == hearers, kind
    assert heard["remind.deadline"] == (UNIT,)
    assert heard["remind.opinion"] == (LEADERSHIP,)
    assert heard["repeat"] == (*UPWARD, LEADERSHIP)


def test_the_responsible_leader_is_named_before_the_leadership_team() -> None:
    transitions = advance_in_steps(rectifying(), RULES, local(4, 25, 18))
    assert transitions[-1].addressees[:2] == (LEADER, LEADERSHIP)


def test_each_step_is_one_level_and_dated_by_its_instant() -> None:
    facts = rectifying()
    levels = [(h.move, h.before, h.after, h.escalation_level) for h in advance_in_steps(facts, RULES, local(4, 28, 18))]
    assert [(before, after, level) for move, before, after, level in levels if move in ("expire", "escalate")] == [
        (State.RECTIFYING, State.OVERDUE, 0),
        (State.OVERDUE, State.ESCALATED, 1),
        (State.ESCALATED, State.ESCALATED, 2),
    ]
    assert facts.escalated_at == local(4, 25)
    assert facts.reported_at == local(4, 28)


def test_a_report_without_opinion_is_marked_as_such() -> None:
    marked = [
        transition.kind
        for transition in advance_in_steps(rectifying(), RULES, local(5, 8, 18))
        if transition.data.get("opinion_overdue")
    ]
    assert marked == ["escalate.2"]


def test_the_weekly_repeat_goes_on_until_somebody_acts() -> None:
    repeats = [at for kind, at in until(rectifying(), to=local(6, 20)) if kind == "repeat"]
    assert repeats == [f"{day} 09:00" for day in ("05-06", "05-13", "05-20", "05-27", "06-03", "06-10", "06-17")]


def test_a_finding_goes_overdue_once() -> None:
    transitions = advance_in_steps(rectifying(), RULES, local(7, 1))
    assert happened(transitions).count("expire") == 1


def test_after_an_outage_missed_steps_run_in_order_and_the_opinion_counts_from_their_recording() -> None:
    facts = rectifying()
    back_at = local(4, 30, 10)
    transitions = advance(facts, RULES, back_at)
    assert happened(transitions) == ["expire", "escalate.1"]
    assert facts.opinion_awaited_since == back_at
    assert until(facts, to=local(5, 8)) == [  # three working days on: 6, 7 and 8 May
        ("remind.opinion", "05-07 17:00"),
        ("breach.opinion", "05-08 17:00"),
        ("escalate.2", "05-08 17:00"),
    ]


def test_an_outage_over_the_warning_too_drops_it() -> None:
    facts = rectifying()
    advance_in_steps(facts, RULES, local(4, 26))
    assert happened(advance(facts, RULES, local(4, 29, 10))) == ["breach.opinion", "escalate.2"]


def test_an_office_may_never_report_without_an_opinion() -> None:
    rules = Rules(policy("report_without_opinion_after = 3", 'report_without_opinion_after = "never"'), RULES.calendar)
    told = until(rectifying(), to=local(5, 8, 18), rules=rules)
    assert [kind for kind, _ in told][4:] == ["escalate.1"] + ["breach.opinion"] * 6


def test_an_office_may_report_without_a_warning() -> None:
    rules = Rules(policy("warn_before_report = 1", "warn_before_report = 0"), RULES.calendar)
    told = until(rectifying(), to=local(4, 28, 18), rules=rules)
    assert [kind for kind, _ in told][4:] == ["escalate.1", "breach.opinion", "escalate.2"]


def test_alerts_of_the_ladder_say_when_a_submission_awaits_review() -> None:
    facts = overdue()
    do(facts, Move.SUBMIT, UNIVERSITY, local(4, 24, 9), evidence=1, submission_id="反馈一")
    transitions = advance_in_steps(facts, RULES, local(4, 28, 18))
    assert [h.kind for h in transitions if h.move is Move.ESCALATE] == ["escalate.1", "escalate.2"]
    assert all(transition.data["awaiting_review"] for transition in transitions)


def test_the_clocks_events_keep_the_deadline_they_spoke_of() -> None:
    (transition,) = advance(notified(), RULES, local(4, 13))
    assert transition.data["deadline_in_force"] == DEADLINE.isoformat()
    (before_any,) = advance(finding(), RULES, local(4, 13))
    assert "deadline_in_force" not in before_any.data


def test_a_closed_round_is_silent() -> None:
    rules = replace(RULES, silent=True)
    assert until(rectifying(), to=local(12, 31), rules=rules) == []
    assert at_risk_at(rectifying(), rules) is None


def test_a_clock_that_would_be_due_for_ever_ends_in_an_error() -> None:
    """A policy that repeats after no days at all; the schema refuses it, and so does the law."""
    ladder = structs.replace(RULES.policy.ladder, repeat_after_days=0)
    endless = replace(RULES, policy=structs.replace(RULES.policy, ladder=ladder))
    facts = overdue()
    with pytest.raises(ClockNeverEnds, match="repeat"):
        advance_in_steps(facts, endless, local(5, 10))
