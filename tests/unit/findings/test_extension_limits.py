"""The limits of asking for more time are those that the law then keeps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.findings.law import DEADLINE, EXAM_ON, RULES, UNIT, do, local, rectifying
from workflows.findings.attempts import TransitionRefused
from workflows.findings.extension_limits import extension_limit
from workflows.rules import Rules
from workflows.vocabulary import Move

AT = local(4, 14, 10)


@pytest.mark.parametrize("rules", [RULES, replace(RULES, exam_on=EXAM_ON), replace(RULES, exam_on=DEADLINE.date())])
def test_the_latest_is_granted_to_be_asked_for_and_nothing_later(rules: Rules) -> None:
    facts = rectifying(deadline=local(4, 16))
    limit = extension_limit(facts, rules, AT)
    assert limit.latest
    assert limit.left == 2
    for late in (timedelta(seconds=1), timedelta(days=3)):
        asked = limit.latest + late
        with pytest.raises(TransitionRefused):
            do(replace(facts), Move.ASK_EXTENSION, UNIT, AT, rules=rules, deadline=asked, extension_id="申请")
    do(facts, Move.ASK_EXTENSION, UNIT, AT, rules=rules, deadline=limit.latest, extension_id="申请")


def test_what_was_granted_counts_and_without_a_deadline_there_is_no_end() -> None:
    facts = rectifying()
    assert extension_limit(replace(facts, extensions=2), RULES, AT).left == 0
    assert extension_limit(replace(facts, original_deadline=None), RULES, AT).latest is None
