"""What the clock would do to a finding that nobody touches, under one policy and under another."""

from tests.unit.findings.law import DEADLINE, FOUND_AT, POLICY, RULES, finding
from workflows.deadlines import first_instant_after
from workflows.findings.facts import Facts
from workflows.findings.foresight import outlook
from workflows.policy import load_policy, shipped_policy_text
from workflows.vocabulary import State

AT_ONCE = load_policy(
    shipped_policy_text().replace(
        "leadership_after = { major = 0, general = 1 }", "leadership_after = { major = 0, general = 0 }"
    )
)
NEVER = load_policy(
    shipped_policy_text().replace("report_without_opinion_after = 3", 'report_without_opinion_after = "never"')
)


def untouched() -> Facts:
    return finding(
        state=State.RECTIFYING,
        deadline=DEADLINE,
        original_deadline=DEADLINE,
        notified_at=FOUND_AT,
        received_at=FOUND_AT,
    )


def test_a_finding_that_nobody_touches_goes_all_the_way_up() -> None:
    ahead = outlook(untouched(), RULES, FOUND_AT)
    assert ahead.next_step
    assert ahead.overdue_at == first_instant_after(DEADLINE)
    assert ahead.escalated_at
    assert ahead.reported_at
    assert ahead.overdue_at < ahead.escalated_at < ahead.reported_at


def test_another_policy_is_held_against_the_same_facts_and_changes_none_of_them() -> None:
    facts = untouched()
    before, after = outlook(facts, RULES, FOUND_AT), outlook(facts, RULES.under(AT_ONCE), FOUND_AT)
    assert before.escalated_at
    assert after.escalated_at == after.overdue_at
    assert facts == untouched()
    assert RULES.policy is POLICY


def test_what_is_never_reported_ends_somewhere_all_the_same() -> None:
    ahead = outlook(untouched(), RULES.under(NEVER), FOUND_AT)
    assert ahead.escalated_at
    assert ahead.reported_at is None


def test_of_a_finding_that_is_closed_nothing_comes() -> None:
    closed = finding(state=State.VERIFIED, verified_at=FOUND_AT)
    assert outlook(closed, RULES, FOUND_AT)[2:] == (None, None, None)
