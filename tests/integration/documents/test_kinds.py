"""What papers say: gathered from the books at the moment they are asked for."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.campaigns.record import NewAction, record_action
from service.documents.kinds.definition import MOST_PICTURES, DocumentReader
from service.documents.orders import request_document
from service.errors import Conflict, NotFound
from service.findings.extensions import ask, decide
from service.findings.handling_opinions import opine
from service.models import Document, Finding, HandlingOpinion, Round
from service.rounds.rulebooks import keep_policy
from tests.build.inspections import closed, find, lay_checklists, opened, say
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    add_evidence,
    judge,
    log_finding,
    notify_finding,
    receive_finding,
    report_up,
    submit_finding,
    sweep_until,
)
from workflows.campaigns import Result
from workflows.findings.facts import Actor
from workflows.policy import shipped_policy_text
from workflows.vocabulary import Answer, CampaignCode, DocumentKind, Measure, Outcome, Severity

LATER = FOUND_AT + timedelta(hours=2)
BRIEF = ["下发限期整改通知书", "签收", "整改逾期", "上报", "提出处理意见"]  # what bureau and committee may know


def data_of(session: Session, kind: DocumentKind, subject_id: str | None, actor: Actor, **at: Any) -> dict[str, Any]:
    document: Document = request_document(session, kind, subject_id or "", actor=actor, now=at.get("at", LATER))
    return document.data


def notice_of(session: Session, town: Town, finding: Finding) -> dict[str, Any]:
    return data_of(session, DocumentKind.RECTIFICATION_NOTICE, finding.notice_id, town.inspector)


def test_a_notice_says_what_was_demanded_then_whatever_has_been_granted_since(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    before = notice_of(session, town, finding)
    assert before["findings"][0]["deadline"] == "2026年4月24日17:00"
    asked = ask(
        session,
        finding.id,
        actor=town.university,
        now=SUBMITTED_AT,
        deadline=DEADLINE + timedelta(days=3),
        reason="设备在途",
    )
    decide(session, asked.id, actor=town.inspector, now=SUBMITTED_AT, granted=True, comment="同意")
    session.expire_all()
    assert finding.deadline != DEADLINE
    assert notice_of(session, town, finding) == before


def test_a_notice_names_whoever_inspected_and_counts_from_receipt_where_it_is_so(session: Session, town: Town) -> None:
    by_days = notice_of(session, town, notify_finding(session, town, deadline=None, working_days=5))
    assert by_days["findings"][0]["deadline"] == "签收后5个工作日内"
    assert (by_days["office"], by_days["by"]) == ("明河市招生考试中心", "我中心第一督查组")
    finding = notify_finding(session, town, by=town.district, summary="挂钟停走", details="三层\n东侧")
    assert finding.notice_id
    of_district = data_of(session, DocumentKind.RECTIFICATION_NOTICE, finding.notice_id, town.district)
    assert (of_district["office"], of_district["by"]) == ("青石区招生考试办公室", "青石区招生考试办公室")
    assert of_district["findings"][0]["problem"] == "挂钟停走。三层\n东侧。"


def test_photographs_of_a_finding_come_along_and_the_rest_is_counted(session: Session, town: Town) -> None:
    photographs = [add_evidence(session, town.inspector) for _ in range(MOST_PICTURES + 2)]
    finding = notify_finding(session, town, evidence_ids=photographs, location="三号楼三层东侧")
    *pictures, last = notice_of(session, town, finding)["pictures"]
    assert len(pictures) == MOST_PICTURES
    shown = f"{finding.number}号问题，三号楼三层东侧，2026年4月13日10:00（整改照片.jpg）"
    assert [one["caption"] for one in pictures] == [f"图{place}　{shown}" for place in range(1, MOST_PICTURES + 1)]
    assert last == {"sha256": None, "caption": "另有2张照片，见佐证材料"}
    assert DocumentReader.of(session, FOUND_AT).pictures([log_finding(session, town)]) == []


def test_a_report_to_the_leadership_tells_reasons_and_one_to_those_above_nobodys_words_or_names(
    session: Session, town: Town
) -> None:
    finding = receive_finding(session, town)
    submit_finding(session, town, finding)
    judge(session, town, finding, Outcome.FAIL, at=SUBMITTED_AT + timedelta(hours=1))
    at = DEADLINE + timedelta(days=5)  # what remained of the deadline is working time
    sweep_until(session, at)
    session.expire_all()
    inside = data_of(session, DocumentKind.LEADERSHIP_REPORT, finding.id, town.leadership, at=at)
    told = {step["what"]: step["why"] for step in inside["steps"]}
    assert told["提交整改反馈（整改中）"] == "已更换并测试。"
    assert told["复查认定整改不到位（整改中）"] == "现场复查。"
    assert (inside["number"], inside["leader"]) == ("〔2026〕　　号", "李正言")
    other = log_finding(session, town, severity=Severity.MAJOR)
    report_up(session, town, other)
    session.expire_all()
    opinion = session.scalars(select(HandlingOpinion).where(HandlingOpinion.finding_id == other.id)).one()
    outside = data_of(session, DocumentKind.UPWARD_REPORT, opinion.id, town.bureau)
    assert outside["addressees"] == "明河市教育局、明河市招生考试委员会"
    assert "认定拒不整改" in [step["what"].partition("（")[0] for step in outside["steps"]]
    assert {step["why"] for step in outside["steps"]} == {""}, "why the house refused or escalated is its own affair"
    up = opine(session, finding.id, actor=town.leadership, now=at, measure=Measure.TALK, opinion="约谈分管校长")
    session.expire_all()
    outside = data_of(session, DocumentKind.UPWARD_REPORT, up.id, town.bureau)
    assert [step["what"].partition("（")[0] for step in outside["steps"]] == BRIEF
    assert not any("who" in step for step in outside["steps"])
    words = str(outside["steps"])
    assert not any(secret in words for secret in ("已更换并测试", "现场复查", "周明远", "孙晓", "陈一鸣"))


def test_feedback_counts_every_item_and_names_what_was_found(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    sheet = opened(session, town)
    say(session, sheet, 1, Answer.IN_PLACE, by=town.inspector)
    find(session, sheet, 12, by=town.inspector)
    with pytest.raises(NotFound):
        data_of(session, DocumentKind.INSPECTION_FEEDBACK, sheet.id, town.inspector)
    closed(session, town, sheet)
    data = data_of(session, DocumentKind.INSPECTION_FEEDBACK, sheet.id, town.university)
    counts = {"total": 71, "in_place": 1, "not_in_place": 1, "not_applicable": 0, "not_seen": 69}
    assert data["counts"] == counts
    assert [sum(one[name] for one in data["categories"]) for name in ("in_place", "not_in_place")] == [1, 1]
    assert [one["problem"] for one in data["findings"]] == ["第12项未落实。"]
    assert data["notice"] == "限改〔2026〕1 号"


def test_nobody_gives_feedback_to_oneself(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    sheet = opened(session, town, by=town.university)
    say(session, sheet, 1, Answer.IN_PLACE, by=town.university)
    closed(session, town, sheet, by=town.university)
    with pytest.raises(Conflict, match="no_feedback_to_oneself"):
        data_of(session, DocumentKind.INSPECTION_FEEDBACK, sheet.id, town.university)


def test_a_campaign_s_figures_are_added_up_and_written_out(session: Session, town: Town) -> None:
    for minute, value in enumerate((1_234_567, 0.5)):
        new = NewAction(
            campaign=CampaignCode.CHEATING_DEVICES,
            acted_on=FOUND_AT.date(),
            lead_department="区市场监管局",
            summary="检查商户",
            departments=["区公安分局"],
            places=["龙湖商圈"],
            results=[Result("罚没款", value, "元")],
        )
        record_action(session, new, actor=town.district, now=LATER + timedelta(minutes=minute))
    data = data_of(session, DocumentKind.CAMPAIGN_SUMMARY, town.district_office.id, town.district)
    first, *others = data["campaigns"]
    assert first["overview"] == "共开展行动2次，累计：罚没款1234567.5元。"
    assert first["actions"][0] == (
        "1. 2026年4月13日，区市场监管局牵头，会同区公安分局在龙湖商圈开展行动：检查商户。成效：罚没款1234567元。"
    )
    assert {one["overview"] for one in others} == {"尚未开展行动。"}
    assert data["recipient"] == "明河市招生考试中心"
    for outsider in (town.university, town.other_district, town.bureau, town.other_inspector):
        with pytest.raises(NotFound):
            data_of(session, DocumentKind.CAMPAIGN_SUMMARY, town.district_office.id, outsider)


def test_the_zone_of_the_office_decides_the_year_of_a_number(session: Session, town: Town) -> None:
    late = FOUND_AT.replace(month=12, day=31, hour=17)  # already 2027 in China
    round_ = session.scalars(select(Round)).one()
    assert DocumentReader.of(session, late).blank_number(round_, town.district_office) == "〔2027〕　　号"


def test_an_office_has_its_own_code_in_numbers_which_run_on_through_the_year(session: Session, town: Town) -> None:
    def numbered(**given: Any) -> str:
        notice = notify_finding(session, town, **given).notice
        assert notice
        return notice.number

    assert numbered() == "限改〔2026〕1 号"
    codes = '[papers.offices]\n"明河市招生考试中心" = "明招考督"\n'
    round_ = session.scalars(select(Round)).one()
    round_.policy_version = keep_policy(session, f"{shipped_policy_text()}\n{codes}", now=FOUND_AT)
    session.flush()
    numbers = [numbered(summary=f"第{place}处") for place in (1, 2)]
    assert numbers == ["明招考督〔2026〕1 号", "明招考督〔2026〕2 号"]
    assert numbered(by=town.district, summary="挂钟停走") == "限改〔2026〕2 号"
    reader = DocumentReader.of(session, FOUND_AT)
    assert reader.blank_number(round_, reader.centre()) == "明招考督〔2026〕　　号"


def test_a_copy_goes_to_whoever_else_looks_after_the_unit(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    assert notice_of(session, town, finding)["copies"] == "青石区招生考试办公室"
    of_district = notify_finding(session, town, by=town.district, summary="挂钟停走")
    data = data_of(session, DocumentKind.RECTIFICATION_NOTICE, of_district.notice_id, town.district)
    assert data["copies"] == "明河市招生考试中心"


def test_reports_asked_for_late_say_what_is_true_then(session: Session, town: Town) -> None:
    kind, at = DocumentKind.LEADERSHIP_REPORT, DEADLINE + timedelta(days=4)
    finding = receive_finding(session, town)
    sweep_until(session, at)
    session.expire_all()
    first = data_of(session, kind, finding.id, town.leadership, at=at)
    assert first["standing"] == [
        "截至2026年4月28日，该问题处于“已上报”状态，已报告领导班子，尚未销号。",
        "整改期限为2026年4月24日17:00，已经届满。",
        "整改单位尚未提交整改反馈。",
    ]
    assert (first["why"], first["closing"][-10:]) == ("该问题逾期未整改到位。", "请研究提出处理意见。")
    opinion = opine(session, finding.id, actor=town.leadership, now=at, measure=Measure.TALK, opinion="约谈分管校长")
    submit_finding(session, town, finding, at=at + timedelta(hours=1))
    session.expire_all()
    second = data_of(session, kind, finding.id, town.leadership, at=at + timedelta(hours=2))
    assert second["standing"][0].endswith("已报告上级主管部门，尚未销号。")
    assert second["standing"][2].endswith("提交整改反馈，正待复查。")
    assert second["standing"][3].endswith("提出处理意见（约谈）：约谈分管校长。")
    assert second["closing"] == "特此报告。", "the opinion has been given"
    judge(session, town, finding, Outcome.PASS, at=at + timedelta(hours=3))
    session.expire_all()
    later = at + timedelta(days=10)
    for one, subject, by in (
        (kind, finding.id, town.leadership),
        (DocumentKind.UPWARD_REPORT, opinion.id, town.bureau),
    ):
        data = data_of(session, one, subject, by, at=later)
        assert data["date"] == "2026年5月8日"
        (standing,) = data["standing"]
        assert standing.startswith("截至2026年5月8日，该问题已整改到位，于2026年4月28日")
    assert data_of(session, kind, finding.id, town.leadership, at=later)["why"] == ""


def test_those_above_hear_that_something_was_submitted_and_nobody_s_judgement(session: Session, town: Town) -> None:
    at = DEADLINE + timedelta(days=4)
    finding = receive_finding(session, town)
    sweep_until(session, at)
    opinion = opine(session, finding.id, actor=town.leadership, now=at, measure=Measure.TALK, opinion="约谈分管校长")
    submit_finding(session, town, finding, at=at + timedelta(hours=1))
    judge(session, town, finding, Outcome.FAIL, at=at + timedelta(hours=2))
    session.expire_all()
    said = {
        by: "".join(data_of(session, one, subject, getattr(town, by), at=at + timedelta(hours=3))["standing"])
        for by, one, subject in (
            ("leadership", DocumentKind.LEADERSHIP_REPORT, finding.id),
            ("bureau", DocumentKind.UPWARD_REPORT, opinion.id),
        )
    }
    assert "复查结论为“整改不到位”" in said["leadership"]
    assert "提交整改反馈。" in said["bureau"]
    assert "复查结论" not in said["bureau"]
