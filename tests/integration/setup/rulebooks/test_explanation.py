"""A policy in sentences: nothing of it is left unsaid, in either language."""

import pytest

from service.setup.rulebooks.explanation import explanation
from tests.build.rule_files import policy_text
from workflows.policy_check import require_policy


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_clock_and_every_hearer_is_said(language: str) -> None:
    text = "\n".join(explanation(require_policy(policy_text()), language))
    assert "minghe/1" in text
    for kind in ("notify", "escalate.2", "review_fail", "remind.deadline", "recount"):
        assert kind in text
    assert "……" not in text
    assert "None" not in text


def test_what_an_office_has_chosen_is_said() -> None:
    text = policy_text(
        ("report_without_opinion_after = 3", 'report_without_opinion_after = "never"'),
        ("at_most = 2", "at_most = 0"),
        ("review = 2 ", "review = 4 "),
        ("committee = true", "committee = false"),
    ).replace('"committee", ', "")
    said = "\n".join(explanation(require_policy(text), "zh"))
    assert "提出处理意见后，才报市教育局；不因意见逾期上报。" in said
    assert "不得延期。" in said
    assert "收到整改反馈后4个工作日内" in said
    assert not any("市招委" in line.partition("：")[2] for line in said.splitlines())
