"""Which steps are still worth telling when they come together: as a table, and for all that may come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.findings.settled import SETTLED_BY, Step, worth_telling
from workflows.policy.findings import EVENT_KINDS

AT = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
MAY_GO_UP = ("review_partial", "review_fail", "refuse")
KINDS = sorted(set(SETTLED_BY) - {"void"})  # the last step that a finding takes


def told(*kinds: str, apart: timedelta = timedelta(hours=1)) -> list[str]:
    """Of steps in this order, those that are told."""
    steps = [Step(kind, AT + place * apart) for place, kind in enumerate(kinds)]
    return [step.kind for step, is_told in zip(steps, worth_telling(steps), strict=True) if is_told]


@pytest.mark.parametrize(
    ("happened", "left"),
    [
        # what was due is done
        ("remind.deadline review_pass", "review_pass"),
        ("remind.deadline remind.deadline remind.deadline", "remind.deadline"),
        ("remind.deadline submit", "submit"),
        ("submit review_pass", "review_pass"),
        ("submit submit", "submit"),
        ("breach.review breach.review review_partial", "review_partial"),
        ("notify begin submit review_fail", "notify review_fail"),
        ("log.proposed breach.notification notify", "notify"),
        ("deem_received submit", "submit"),
        ("log.general settle", "settle"),
        # deadlines
        ("remind.deadline expire", "expire"),
        ("expire grant_extension", "grant_extension"),
        ("ask_extension grant_extension", "grant_extension"),
        ("ask_extension breach.decision deny_extension", "deny_extension"),
        ("grant_extension expire", "grant_extension expire"),
        ("grant_extension remind.deadline expire review_pass", "review_pass"),
        # the ladder
        ("expire escalate.1", "expire escalate.1"),
        ("expire escalate.1 remind.opinion breach.opinion", "expire escalate.1 breach.opinion"),
        ("escalate.1 remind.opinion opine", "opine"),
        ("refuse.up opine set_anew", "opine set_anew"),
        ("ask_extension escalate.1", "escalate.1"),
        ("escalate.1 escalate.2 repeat repeat", "escalate.1 escalate.2 repeat"),
        ("escalate.2 opine reply review_pass", "opine reply review_pass"),
        ("expire escalate.1 opine set_anew", "opine set_anew"),
        # found again, and logged by mistake
        ("review_pass reopen", "reopen"),
        ("reopen remind.deadline review_pass", "review_pass"),
        ("log.major notify expire void", "void"),
        # a major hazard stays on record beside its end
        ("log.major review_pass", "log.major review_pass"),
        ("log.major notify remind.deadline expire", "log.major notify expire"),
    ],
)
def test_what_a_later_step_has_settled_is_not_told(happened: str, left: str) -> None:
    assert told(*happened.split()) == left.split()


def test_of_rungs_climbed_at_one_instant_the_highest_is_told() -> None:
    at_once = timedelta()
    assert told("expire", "escalate.1", apart=at_once) == ["escalate.1"]
    assert told("escalate.1", "expire", apart=at_once) == ["escalate.1"]
    assert told("expire", "breach.review", "escalate.1", "escalate.2", apart=at_once) == ["breach.review", "escalate.2"]


def test_every_kind_of_step_has_its_line() -> None:
    named = {kind for later in SETTLED_BY.values() for kind in later}
    went_up = {f"{kind}.up" for kind in MAY_GO_UP}
    assert set(SETTLED_BY) == EVENT_KINDS - {"refuse"} | went_up, "who refuses always goes up"
    assert named <= set(SETTLED_BY)


def test_a_kind_that_nobody_has_heard_of_is_told() -> None:
    assert told("vanish", "review_pass") == ["vanish", "review_pass"]


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12))
def test_the_last_step_is_always_told_and_being_void_settles_everything(kinds: list[str]) -> None:
    assert told(*kinds)[-1] == kinds[-1]
    assert told(*kinds, "void") == ["void"]
    assert told(*told(*kinds)) == told(*kinds), "telling it again changes nothing"
