"""Doubts about a notice settled by lines: what they say is in the plan, and nothing else has changed."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Assignment, ChecklistItem, JournalEntry, Organization, Round
from service.setup.notice_file import Notice
from service.setup.notice_file.reading import read_notice
from service.setup.notice_loading import load_notice
from service.setup.notice_plan import NoticePlan
from service.setup.notice_settling import plan_settled
from service.setup.settlements import read_settlements, settling_line
from tests.build.minghe_notice import CENTRE, HEADING, LABOUR, SETTLEMENT, minghe_notice
from tests.worlds.rows import NOW, make_organization, make_person
from workflows.calendar import load_calendar, shipped_calendar_text
from workflows.journal import SubjectKind
from workflows.policy import load_policy, shipped_policy_text
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind, Role

RULES = Rules(load_policy(shipped_policy_text()), load_calendar(shipped_calendar_text()))
NOTICE = read_notice(minghe_notice())
SETTLED = select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.ROUND)


@pytest.fixture
def centre(session: Session) -> Organization:
    return make_organization(session, CENTRE, OrganizationKind.CENTRE)


def planned(session: Session | None, lines: str = "", notice: Notice = NOTICE) -> NoticePlan:
    return plan_settled(session, notice, rules=RULES, settlements=read_settlements(lines.encode()))


def codes(plan: NoticePlan) -> list[str]:
    return [doubt.code for doubt in plan.doubts]


def faults(session: Session, lines: str, notice: Notice = NOTICE) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as error:
        planned(session, lines, notice)
    return [(label.partition("（")[0], code) for label, code in error.value.fields.items()]


def test_a_round_with_exact_and_relative_dates_is_loaded_once_its_doubt_is_settled(
    session: Session, centre: Organization
) -> None:
    assert codes(planned(session)) == ["completion_unknown"]
    load_notice(session, planned(session, SETTLEMENT), now=NOW)
    round_ = session.scalars(select(Round)).one()
    assert (round_.number, round_.document_number) == ("2027-8", "明招考〔2027〕8号")
    assert round_.exam_days == ["2027-06-05", "2027-06-06"]
    words = dict(session.execute(select(ChecklistItem.number, ChecklistItem.completion)).all())
    assert (words["1-2"], words["1-4"], words["2-3"]) == ("2027年4月28日", "考前一周", "4月1日至4月28日")
    assert session.scalars(SETTLED).one().data["settled"] == {"1-2": "2027-04-28"}


def test_lines_that_settle_nothing_or_cannot_be_read_are_named(session: Session, centre: Organization) -> None:
    lines = "1-2 = 尽快\n1-1 = 2027-04-28\n文号 = 明招考〔2027〕9号\n第一组 = 无误"
    assert faults(session, lines) == [
        ("第 1 行 / line 1", "settlement_unreadable_value"),
        ("第 2 行 / line 2", "settlement_of_nothing"),
        ("第 3 行 / line 3", "settlement_of_nothing"),
        ("第 4 行 / line 4", "settlement_of_nothing"),
    ]


def test_what_the_heading_lacks_can_be_said(session: Session, centre: Organization) -> None:
    bare = ("明河市招生考试中心文件", *HEADING[4:5], "现将有关要求通知如下：")
    notice = read_notice(minghe_notice(heading=bare))
    lines = (
        f"{SETTLEMENT}文号 = 明招考［2027］8 号\n标题 = {CENTRE}关于开展督查的通知\n成文日期 = 2027年3月26日\n"
        "督查时间 = 2027-03-29 至 2027-06-06\n考试日 = 2027-06-05、2027-06-06"
    )
    heading = planned(session, lines, notice).notice.heading
    assert (heading.number, heading.document_number, heading.issued_on) == (
        *("2027-8", "明招考〔2027〕8号"),
        date(2027, 3, 26),
    )
    assert (heading.starts_on, heading.ends_on) == (date(2027, 3, 29), date(2027, 6, 6))
    assert heading.exam_days == (date(2027, 6, 5), date(2027, 6, 6))
    assert codes(planned(session, lines, notice)) == []
    wrong = lines.replace("2027-03-29 至", "2027-02-30 至").replace("标题 = ", f"标题 = {'长' * 300}")
    assert [code for _, code in faults(session, wrong, notice)] == ["settlement_unreadable_value"] * 2


def test_a_district_is_given_to_a_team_and_a_leader(session: Session, centre: Organization) -> None:
    labour = [line.replace("东城区、云溪县", "东城区、西城区") for line in LABOUR]
    notice = read_notice(minghe_notice(labour=tuple(labour)))
    lines = f"{SETTLEMENT}西城区 督查组 = 第二组\n西城区 责任领导 = 高远"
    plan = planned(session, lines, notice)
    assert codes(plan) == []
    assert {team.name: team.districts for team in plan.notice.teams} == {"第一组": ("东城区",), "第二组": ("西城区",)}
    load_notice(session, plan, now=NOW)
    leaders = {row.district.name: row.leader and row.leader.name for row in session.scalars(select(Assignment))}
    assert leaders == {"东城区招考办": "沈安", "西城区招考办": "高远"}
    assert "西城区责任领导" not in session.scalars(SETTLED).one().data["settled"]
    assert faults(session, lines.replace("第二组", "第九组"), notice) == [
        ("第 3 行 / line 3", "settlement_unreadable_value")
    ]


def test_an_office_and_a_person_are_picked_out_of_several(session: Session, centre: Organization) -> None:
    for name in ("东城区招考办", "东城区招生办公室"):
        make_organization(session, name, OrganizationKind.DISTRICT, centre)
    people = [make_person(session, "林悦", Role.INSPECTOR, centre) for _ in range(2)]
    assert codes(planned(session, SETTLEMENT)) == ["office_ambiguous", "person_ambiguous"]
    lines = f"{SETTLEMENT}东城区 机构 = 东城区招考办\n林悦 用户名 = {people[1].username}"
    plan = planned(session, lines)
    assert codes(plan) == []
    assert (plan.offices["东城区"].name, plan.people["林悦"]) == ("东城区招考办", people[1])
    assert faults(session, lines.replace("= 东城区招考办", "= 东城办"))[0][1] == "settlement_unreadable_value"


def test_a_notice_of_another_office_with_the_same_number_gets_a_number_of_its_own(
    session: Session, centre: Organization
) -> None:
    load_notice(session, planned(session, SETTLEMENT), now=NOW)
    assert codes(planned(session, SETTLEMENT)) == ["number_taken"]
    heading = tuple(line.replace("明招考〔2027〕8 号", "明教〔2027〕8 号") for line in HEADING)
    other = read_notice(minghe_notice(heading=heading))
    assert codes(planned(session, SETTLEMENT, other)) == ["number_of_another"]
    opened = load_notice(session, planned(session, f"{SETTLEMENT}轮次 = 2027-8-2", other), now=NOW)
    assert opened.number == "2027-8-2"
    assert faults(session, f"{SETTLEMENT}轮次 = 2027-9")[0][1] == "settlement_of_nothing"


def test_what_differs_from_the_policy_is_in_doubt_and_both_are_named(session: Session, centre: Organization) -> None:
    changes = {
        "每周四下午 5 点": "每周三下午 4 点",
        "向领导班子汇报，研究提出处理意见，": "先报市教育局、市招委，再向领导班子汇报，5 日内提出处理意见",
        "并向市教育局、市招委报告": "",
    }
    heading = list(HEADING)
    for old, new in changes.items():
        heading = [line.replace(old, new) for line in heading]
    notice = read_notice(minghe_notice(heading=tuple(heading)))
    doubts = planned(session, SETTLEMENT, notice).doubts
    found = {doubt.code: (dict(doubt.particulars), doubt.stops) for doubt in doubts}
    assert found == {
        "report_day_differs": (
            {"organization_kind": "university", "notice": "周三 16:00", "policy": "周四 17:00"},
            False,
        ),
        "upward_first": ({"words": "教育局、市招委，再向领导班子"}, False),
        "term_differs": ({"step": "提出处理意见", "notice": "5日内", "policy": "3个工作日"}, False),
    }
    assert codes(planned(session, f"{SETTLEMENT}周报 = 无误\n上报顺序 = 无误\n时限 = 无误", notice)) == []


def test_a_day_outside_of_the_round_is_in_doubt_until_it_is_confirmed_or_put_right(
    session: Session, centre: Organization
) -> None:
    notice = read_notice(minghe_notice(universities=("2026年4月28日前", "5月31日前", "7月1日前")))
    assert [(doubt.code, doubt.place) for doubt in planned(session, "", notice).doubts] == [
        ("completion_outside_round", "1-1"),
        ("completion_outside_round", "1-3"),
    ]
    assert codes(planned(session, "1-1 = 2027-04-28\n1-3 = 无误", notice)) == []
    assert codes(planned(session, "1-1 = 2026-05-28\n1-3 = 无误", notice)) == ["completion_outside_round"]


def test_the_line_that_a_doubt_names_settles_it(session: Session, centre: Organization) -> None:
    odd = ("第一组", "组员：林悦", "督查县区：东城区", "第二组", "组长：方齐（兼）", "督查县区：西城区")
    notice = read_notice(minghe_notice(labour=("分工", "沈安：东城区、南城区", *odd)))
    doubts = planned(session, "", notice).doubts
    assert {doubt.code for doubt in doubts} == {
        *("completion_unknown", "team_without_head", "name_odd", "district_without_leader", "district_without_team"),
    }
    lines = [line for doubt in doubts if (line := settling_line(doubt))]
    assert codes(planned(session, "\n".join(lines), notice)) == []


def test_without_books_the_file_is_settled_alone() -> None:
    assert codes(planned(None, SETTLEMENT)) == []
    with pytest.raises(InvalidInput):
        planned(None, "1-2 = 尽快")
