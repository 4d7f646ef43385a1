"""The codes that numbers of papers begin with are such as a number can begin with."""

import pytest

from workflows.policy import load_policy, shipped_policy_text
from workflows.policy_check import policy_mistakes

TEXT = shipped_policy_text()
CODES = '\n[papers]\ncode = "督改"\n\n[papers.offices]\n"明河市招生考试中心" = "明招考督"\n'


def test_an_office_s_own_code_goes_before_the_one_for_all() -> None:
    assert policy_mistakes(TEXT + CODES) == []
    papers = load_policy(TEXT + CODES).papers
    assert (papers.code_of("明河市招生考试中心"), papers.code_of("青石区招生考试办公室")) == ("明招考督", "督改")
    assert load_policy(TEXT).papers.code_of("明河市招生考试中心") == "限改"


@pytest.mark.parametrize("code", ["", "明 招", "明招考〔", "明" * 13])
def test_a_code_that_no_number_can_begin_with_is_refused(code: str) -> None:
    found = policy_mistakes(f'{TEXT}\n[papers]\ncode = "{code}"\n\n[papers.offices]\n"某办" = "{code}"\n')
    assert [".".join(map(str, one.where)) for one in found] == ["papers.code", "papers.offices.某办"]
    assert all("明招考督" in str(one) for one in found)
