"""What a report holds besides the figures of findings: sheets, campaigns, common problems, difficulties."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.findings.escalations import void
from service.models import (
    CampaignAction,
    ChecklistItem,
    Inspection,
    InspectionAnswer,
    Organization,
    WeeklyReport,
    new_id,
)
from service.reports.figures import figures
from tests.build.checklists import add_checklist
from tests.build.weekly import OPENED_AT, hand_in, report_of
from tests.worlds.books import Town, local, log_finding
from workflows.findings.facts import Actor
from workflows.report_figures import Figures
from workflows.vocabulary import Answer, CampaignCode, InspectionKind, Origin

ITEMS = [("1-1", "组织领导情况"), ("1-2", "组织领导情况"), ("1-3", "考试防疫"), ("2-1", "组织领导情况")]
WEDNESDAY, THURSDAY, FRIDAY = local(4, 15, 10), local(4, 16), local(4, 17)
LATER = FRIDAY + timedelta(hours=1)


def of_office(session: Session, town: Town, *, week: int = 3, now: datetime = FRIDAY) -> Figures:
    return figures(session, report_of(session, town.district_office, week), now=now)


def add_sheet(
    session: Session,
    unit: Organization,
    items: list[ChecklistItem],
    answers: dict[str, Answer],
    *,
    by: Actor,
    closed_at: datetime | None = WEDNESDAY,
) -> None:
    """A sheet over the unit's checklist, with answers by item number."""
    named = {item.number: item for item in items}
    own = by.organization_id == unit.id
    sheet = Inspection(
        id=new_id(),
        number=new_id()[:8],
        round_id=items[0].round_id,
        checklist_id=named[next(iter(answers))].checklist_id,
        kind=InspectionKind.SELF_CHECK if own else InspectionKind.INSPECTION,
        origin=Origin.UNIT if own else Origin.DISTRICT if by.role == "district" else Origin.CENTRE,
        organization_id=unit.id,
        district_id=unit.district_id,
        by_organization_id=by.organization_id,
        inspected_on=date(2026, 4, 14),
        closed_at=closed_at,
        opened_at=OPENED_AT,
        opened_by_id=by.id,
    )
    session.add(sheet)
    session.flush()
    given = {"inspection_id": sheet.id, "answered_at": OPENED_AT, "answered_by_id": by.id}
    session.add_all(
        InspectionAnswer(item_id=named[number].id, answer=answer, **given) for number, answer in answers.items()
    )
    session.flush()


def test_the_answers_of_sheets_closed_in_the_week_are_told_by_who_checked_whom(
    session: Session, laid_out: Town
) -> None:
    town = laid_out
    items = add_checklist(session, town.round, ITEMS)
    mixed = {"1-1": Answer.IN_PLACE, "1-2": Answer.NOT_IN_PLACE, "1-3": Answer.NOT_SEEN}
    add_sheet(session, town.college, items, mixed, by=town.university)
    add_sheet(session, town.college, items, {"1-1": Answer.IN_PLACE}, by=town.district)
    add_sheet(session, town.neighbour_college, items, {"1-3": Answer.NOT_APPLICABLE}, by=town.district)
    add_sheet(session, town.district_office, items, {"2-1": Answer.IN_PLACE}, by=town.district)
    add_sheet(session, town.district_office, items, {"2-1": Answer.NOT_IN_PLACE}, by=town.inspector, closed_at=None)
    add_sheet(session, town.college, items, {"1-1": Answer.NOT_IN_PLACE}, by=town.inspector, closed_at=LATER)
    add_sheet(session, town.other_college, items, {"1-1": Answer.NOT_IN_PLACE}, by=town.other_district)
    told = {
        (row.about, row.kind, row.origin): [
            getattr(row, name)
            for name in ("sheets", "units", "items", "in_place", "not_in_place", "not_applicable", "not_seen")
        ]
        for row in of_office(session, town).sheets
    }
    assert told == {
        ("own", "self_check", "unit"): [1, 1, 1, 1, 0, 0, 0],
        ("universities", "inspection", "district"): [2, 2, 6, 1, 0, 1, 4],
        ("universities", "self_check", "unit"): [1, 1, 3, 1, 1, 0, 1],
    }
    of_college = figures(session, report_of(session, town.college, 3), now=THURSDAY).sheets
    assert [(row.about, row.origin, row.items) for row in of_college] == [
        *(("own", "district", 3), ("own", "unit", 3)),
    ]
    assert [row.origin for row in of_office(session, town, week=4, now=local(4, 20)).sheets] == ["centre"]


def add_action(
    session: Session, town: Town, *results: tuple[str, float, str], at: datetime = WEDNESDAY, **given: Any
) -> None:
    action = {
        "round_id": town.round.id,
        "district_id": town.district_office.id,
        "campaign": CampaignCode.ONLINE_ENVIRONMENT,
        "acted_on": date(2026, 4, 14),
        "lead_department": "网信办",
        "summary": "清理涉考有害信息",
        "results": [{"name": name, "value": value, "unit": unit} for name, value, unit in results],
        "recorded_at": at,
        "recorded_by_id": town.district.id,
        **given,
    }
    session.add(CampaignAction(**action))
    session.flush()


def test_campaign_results_are_added_up_by_name_and_unit(session: Session, laid_out: Town) -> None:
    town = laid_out
    add_action(session, town, ("清理有害信息", 12, "条"), ("约谈网站", 1, "家"))
    add_action(session, town, ("清理有害信息", 30, "条"), ("清理有害信息", 2, "个群"), at=THURSDAY)
    add_action(session, town, ("收缴器材", 3, "件"), campaign=CampaignCode.CHEATING_DEVICES)
    add_action(session, town, ("清理有害信息", 100, "条"), withdrawn_at=THURSDAY)
    add_action(session, town, ("清理有害信息", 7, "条"), at=LATER)
    add_action(session, town, ("清理有害信息", 9, "条"), district_id=town.other_office.id)
    told = of_office(session, town).as_json()["campaigns"]
    assert [(row["campaign"], row["actions"]) for row in told] == [
        *(("cheating_devices", 1), ("online_environment", 2), ("surroundings", 0)),
        *(("impersonation", 0), ("training_agencies", 0)),
    ]
    assert told[1]["results"] == [
        {"name": "清理有害信息", "unit": "条", "value": 42},
        {"name": "约谈网站", "unit": "家", "value": 1},
        {"name": "清理有害信息", "unit": "个群", "value": 2},
    ]
    next_week = of_office(session, town, week=4, now=local(4, 20)).as_json()["campaigns"]
    assert next_week[1]["results"] == [{"name": "清理有害信息", "unit": "条", "value": 7}]


def test_an_item_that_fails_at_several_universities_is_a_common_problem(session: Session, laid_out: Town) -> None:
    town = laid_out
    first, second, third, _ = add_checklist(session, town.round, ITEMS)

    def fails(item: ChecklistItem, unit: Organization, by: Actor) -> str:
        return log_finding(session, town, by=by, at=OPENED_AT, organization_id=unit.id, checklist_item_id=item.id).id

    fails(second, town.college, town.inspector)
    fails(second, town.college, town.university)
    fails(second, town.neighbour_college, town.district)
    fails(first, town.college, town.inspector)
    fails(first, town.other_college, town.other_inspector)
    mistaken = fails(third, town.college, town.inspector)
    fails(third, town.neighbour_college, town.inspector)
    void(session, mistaken, actor=town.team_head, now=WEDNESDAY, reason="登记有误")
    assert of_office(session, town).as_json()["common_problems"] == [
        {
            "checklist_item": {"id": second.id, "number": "1-2", "category": "组织领导情况"},
            "requirement": {"zh": "组织领导情况", "en": None},
            "findings": 3,
            "open": 3,
            "put_right": 0,
            "universities": [
                {"id": unit.id, "name": unit.name, "district_id": town.district_office.id, "findings": times}
                | {"open": times, "put_right": 0}
                for unit, times in ((town.college, 2), (town.neighbour_college, 1))
            ],
        }
    ]
    assert "common_problems" not in figures(session, report_of(session, town.college, 3), now=THURSDAY).as_json()


def test_what_universities_raise_is_collected_once_for_the_office(session: Session, laid_out: Town) -> None:
    town = laid_out
    money = {"text": "经费尚未到位", "category": "考务管理"}
    hand_in(session, town.college, 3, by=town.university, at=THURSDAY, difficulties=[money])
    hand_in(session, town.other_college, 3, by=town.other_university, at=THURSDAY, difficulties=[money])
    first = of_office(session, town).difficulties or []
    assert [(row.organization.name, row.text, row.category) for row in first] == [
        ("明河龙湖学院", "经费尚未到位", "考务管理"),
    ]
    hand_in(session, town.district_office, 3, by=town.district, at=FRIDAY)
    late = {"text": "缺少备用监考员"}
    hand_in(session, town.neighbour_college, 3, by=town.neighbour, at=LATER, difficulties=[late])
    more = {"text": "网络不稳定"}
    hand_in(session, town.college, 3, by=town.university, at=LATER, difficulties=[money, more])
    second = of_office(session, town, week=4, now=local(4, 20)).difficulties or []
    assert [(row.organization.name, row.text, row.category) for row in second] == [
        *(("明河云台学院", "缺少备用监考员", None), ("明河龙湖学院", "网络不稳定", None)),
    ]
    assert {row.report_id for row in second} == {
        report_of(session, unit, 3).id for unit in (town.college, town.neighbour_college)
    }


def test_a_report_that_was_handed_in_keeps_all_of_it(session: Session, laid_out: Town) -> None:
    town = laid_out
    add_action(session, town, ("清理有害信息", 12, "条"))
    made = hand_in(session, town.district_office, 3, by=town.district, at=FRIDAY)
    session.expire_all()
    report: WeeklyReport = report_of(session, town.district_office, 3)
    assert report.versions[0].figures == made.figures
    assert set(made.figures.as_json()) == {
        *("since", "until", "total", "major", "own", "universities", "categories"),
        *("sheets", "campaigns", "common_problems", "difficulties"),
    }
