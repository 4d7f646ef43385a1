"""Weekly reports on paper: what was counted and what was written, in the order of the notice."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy.orm import Session

from service.documents.kinds import weekly_report
from service.documents.kinds.definition import DocumentReader
from service.errors import Conflict
from tests.build.checklists import add_checklist
from tests.build.weekly import OPENED_AT, hand_in, report_of
from tests.integration.reports.test_figures_of_districts import ITEMS, add_action, add_sheet
from tests.worlds.books import Town, local, log_finding
from workflows.vocabulary import Answer, CampaignCode

THURSDAY, FRIDAY = local(4, 16), local(4, 17)
MONEY = {"text": "经费尚未到位", "category": "考务管理"}


def paper(session: Session, report_id: str) -> dict[str, object]:
    gathered = weekly_report.gather(DocumentReader.of(session, FRIDAY), report_id)
    fields = msgspec.to_builtins(gathered.fields)
    sections = {section["heading"]: section["lines"] for section in fields["sections"]}
    return {**fields, "sections": sections, "title": gathered.title}


def test_a_universitys_report_tells_its_self_check_and_what_others_checked(session: Session, laid_out: Town) -> None:
    town = laid_out
    items = add_checklist(session, town.round, ITEMS)
    add_sheet(session, town.college, items, {"1-1": Answer.IN_PLACE, "1-2": Answer.NOT_IN_PLACE}, by=town.university)
    add_sheet(session, town.college, items, {"1-1": Answer.IN_PLACE}, by=town.district)
    log_finding(session, town, by=town.university, at=OPENED_AT, checklist_item_id=items[1].id)
    told = {"self_check": "逐项自查。\n\n问题已列清单。", "difficulties": [MONEY], "plan": "五一前完成。"}
    hand_in(session, town.college, 3, by=town.university, at=THURSDAY, **told)
    said = paper(session, report_of(session, town.college, 3).id)
    assert said["title"] == "明河龙湖学院考试安全工作周报（第3周）"
    assert said["period"] == "第3周（截至2026年4月16日17:00）"
    assert said["overview"] == (
        "期初在办0项，本期新增1项，下发整改通知0项，整改销号0项，逾期0项，上报0项，期末在办1项。"
        "督查开展以来累计发现1项，累计整改销号0项。"
    )
    assert said["sections"] == {
        "二、自查情况": [
            "开展自查1次，对照督查内容3项：已落实1项，未落实1项，不适用0项，未查看1项。",
            *("逐项自查。", "问题已列清单。"),
        ],
        "三、督查情况": ["区县招考机构开展督查1次，对照督查内容3项：已落实1项，未落实0项，不适用0项，未查看2项。"],
        "四、问题和困难": ["1. 经费尚未到位（考务管理）"],
        "五、下步安排": ["五一前完成。"],
    }


def test_an_offices_report_tells_of_its_universities_campaigns_and_what_they_have_in_common(
    session: Session, laid_out: Town
) -> None:
    town = laid_out
    (item, *_) = items = add_checklist(session, town.round, ITEMS)
    for unit, who in ((town.college, town.inspector), (town.neighbour_college, town.district)):
        log_finding(session, town, by=who, at=OPENED_AT, organization_id=unit.id, checklist_item_id=item.id)
    add_sheet(session, town.college, items, {"1-1": Answer.NOT_IN_PLACE}, by=town.district)
    add_action(session, town, ("清理广告", 12, "处"), campaign=CampaignCode.SURROUNDINGS, at=OPENED_AT)
    hand_in(session, town.college, 3, by=town.university, at=THURSDAY, difficulties=[MONEY])
    told = {
        "common_problems": [{"checklist_item_id": item.id, "words": "已统一要求五一前完成。"}],
        "difficulties": [{"text": "缺少侦测设备"}],
        "campaigns": "将持续开展。",
    }
    hand_in(session, town.district_office, 3, by=town.district, at=FRIDAY, **told)
    said = paper(session, report_of(session, town.district_office, 3).id)
    assert str(said["overview"]).endswith(
        "考区自身问题本期新增0项，整改销号0项，期末在办0项。高校问题本期新增2项，整改销号0项，期末在办2项。"
    )
    assert said["sections"] == {
        "二、自查情况": ["对照附件1逐项自查，已落实。"],
        "三、督查情况": [
            "区县招考机构开展督查1次，涉及高校1所，对照督查内容3项：已落实0项，未落实1项，不适用0项，未查看2项。",
        ],
        "四、“五个专项行动”成效": ["净化考点周边环境：开展行动1次，清理广告12处。", "将持续开展。"],
        "五、共性问题": [
            "督查内容1-1“组织领导情况”方面，2所高校存在问题2个（明河云台学院、明河龙湖学院）。",
            "督查内容1-1：已统一要求五一前完成。",
        ],
        "六、问题和困难": ["1. 明河龙湖学院：经费尚未到位（考务管理）", "2. 缺少侦测设备"],
    }


def test_what_was_handed_in_last_is_put_on_paper_and_nothing_before(session: Session, laid_out: Town) -> None:
    town = laid_out
    report = report_of(session, town.college, 3)
    with pytest.raises(Conflict, match="not_submitted"):
        paper(session, report.id)
    hand_in(session, town.college, 3, by=town.university, at=THURSDAY)
    hand_in(session, town.college, 3, by=town.university, at=THURSDAY + timedelta(hours=1), self_check="更正。")
    said = paper(session, report.id)
    assert said["sections"] == {"二、自查情况": ["更正。"]}
