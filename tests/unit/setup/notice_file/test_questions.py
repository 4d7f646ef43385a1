"""From questions to what must be true: the shipped wording where there is one, else by rule, and then in doubt."""

import re

import pytest

from service.checklists.catalogues import Catalogue
from service.setup.notice_file.questions import requirement
from service.wording import wording
from tests.architecture.sources import ROOT
from tests.build.notice_files import DISTRICTS, UNIVERSITIES
from workflows.vocabulary import OrganizationKind

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("question", "zh", "doubt"),
    [
        ("是否成立了考试专班？", "成立了考试专班。", "wording_by_rule"),
        ("考生是否逐一签订了承诺书？存根是否已留存？", "考生逐一签订了承诺书；存根已留存。", "wording_by_rule"),
        ("是否明确了责任人，是否明确了分工？", "明确了责任人，明确了分工。", "wording_by_rule"),
        ("6月底前能否完成考点建设？", "6月底前能够完成考点建设。", "wording_by_rule"),
        ("值班电话畅通吗？", "值班电话畅通。", "wording_by_rule"),
        ("有无泄密事件？", "没有泄密事件。", "wording_guessed"),
        ("有没有应急预案？", "有应急预案。", "wording_guessed"),
        ("报名过程中是否存在违规情况？", "报名过程中没有违规情况。", "wording_guessed"),
        ("日常宣传是如何开展的？取得了哪些成效？", "日常宣传已经开展；取得了成效，并有据可查。", "wording_guessed"),
        ("采取了什么安全措施？", "采取了安全措施，并有据可查。", "wording_guessed"),
        ("督查材料有哪些？", "有督查材料，并有据可查。", "wording_guessed"),
        ("考点实行封闭管理", "考点实行封闭管理。", "question_unclear"),
        ("？", "？", "question_unclear"),
    ],
)
def test_a_question_becomes_what_must_be_true(question: str, zh: str, doubt: str) -> None:
    assert requirement(question, OrganizationKind.UNIVERSITY) == (zh, None, doubt)


@pytest.mark.parametrize("catalogue", [UNIVERSITIES, DISTRICTS], ids=["universities", "districts"])
def test_a_question_of_the_shipped_notice_gets_its_wording_whatever_the_year(catalogue: Catalogue) -> None:
    for row in catalogue.rows:
        asked = str(row.question).replace("2021年", "2031年").replace("？", "?").replace("，", ", ")
        assert requirement(asked, catalogue.audience) == (row.zh, row.en, None)


@pytest.mark.parametrize("code", sorted(wording("notice_file")))
def test_a_doubt_says_in_both_languages_what_to_do(code: str) -> None:
    entry = wording("notice_file")[code]
    assert {"zh", "en"} <= set(entry) <= {"zh", "en", "settle"}
    assert "请" in entry["zh"]
    assert CHINESE.search(entry["zh"])
    assert set(re.findall(r"{\w+}", entry["zh"])) == set(re.findall(r"{\w+}", entry["en"]))


def test_every_doubt_has_its_sentence_and_every_sentence_its_doubt() -> None:
    files = [*(ROOT / "service/setup/notice_file").glob("*.py"), *(ROOT / "service/setup").glob("notice_*.py")]
    source = "".join(file.read_text("utf-8") for file in files)
    raised = set(re.findall(r'(?:Doubt|PassedOver|_doubt|_stops)\(\s*"(\w+)"', source))
    assert len(raised) > 30
    assert raised <= set(wording("notice_file"))
    by_kind = re.compile("(audience_guessed|no_checklist_for)_(university|district)")
    assert [code for code in wording("notice_file") if f'"{code}"' not in source and not by_kind.fullmatch(code)] == []
