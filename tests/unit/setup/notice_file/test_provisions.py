"""What a notice says of reports, steps and terms."""

from datetime import time

import pytest

from service.setup.notice_file.heading import plain_lines, sentences
from service.setup.notice_file.provisions import ReportDay, Step, StepTerm, read_provisions
from workflows.vocabulary import OrganizationKind

UNIVERSITY, DISTRICT = OrganizationKind.UNIVERSITY, OrganizationKind.DISTRICT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("各高校于每周四 17:00 前报考区招考机构", ReportDay(UNIVERSITY, 4, time(17))),
        ("各区县（市）招考机构于每周五下午 5 点前报市招考中心", ReportDay(DISTRICT, 5, time(17))),
        ("每周三下午四点半前将周报报送我中心", ReportDay(DISTRICT, 3, time(16, 30))),
        ("各高校每星期四12时前报区县招考机构", ReportDay(UNIVERSITY, 4, time(12))),
        ("高校每周四下班前报送自查情况", ReportDay(UNIVERSITY, 4, None)),
    ],
)
def test_the_day_of_reports_and_whose_they_are(text: str, expected: ReportDay) -> None:
    assert read_provisions(sentences(plain_lines([text])))[0].report_days == (expected,)


@pytest.mark.parametrize("text", ["每周督查一次高校考点建设情况", "每周四召开会议", "按周报送"])
def test_what_is_not_handed_in_on_a_day_is_no_report(text: str) -> None:
    assert read_provisions(sentences(plain_lines([text])))[0].report_days == ()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        (
            "逾期 2 日内向领导班子汇报，3 个工作日内提出处理意见，并于五日内报市教育局、市招委",
            [(Step.LEADERSHIP, "2日内", None), (Step.OPINION, "3个工作日内", 3), (Step.UPWARD, "5日内", None)],
        ),
        ("督查结束后两个工作日内反馈督查意见", [(Step.FEEDBACK, "两个工作日内", 2)]),
        ("收到通知书后 24 小时内签收，逾期的向领导班子汇报", [(Step.RECEIPT, "24小时内", None)]),
        ("限 3 日内整改到位，逾期的向领导班子汇报", []),  # each finding has its own deadline
    ],
)
def test_the_terms_of_steps(text: str, terms: list[tuple[Step, str, int | None]]) -> None:
    assert read_provisions(sentences(plain_lines([text])))[0].terms == tuple(StepTerm(*term) for term in terms)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("对逾期拒不整改的，先报市教育局，再向领导班子汇报", "教育局，再向领导班子"),
        ("对逾期拒不整改或整改不到位的，向领导班子汇报，研究提出处理意见，并向市教育局、市招委报告", None),
        ("市教育局领导班子重视", None),
    ],
)
def test_who_hears_first(text: str, first: str | None) -> None:
    assert read_provisions(sentences(plain_lines([text])))[0].upward_first == first
