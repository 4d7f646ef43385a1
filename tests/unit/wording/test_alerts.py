"""The texts of alerts: for every kind, every reader and both languages, and who is spoken to how."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from service.wording import FindingAlertFields, MissingWording, wording
from tests.build.alert_fields import AT, DISTRICT, READERS, ZONE, alert
from workflows.policy.findings import EVENT_KINDS
from workflows.vocabulary import Origin, Role, Severity, Side, State

PARTS = {"unit", "overseer", "reviewer", "decider", "responsible_leader", "leadership", "upward"}
BLANKS = {
    *("number", "unit", "deadline", "level", "overseer", "reviewer", "decider", "actor", "stage", "until", "days"),
    *("above", "above_short"),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def said(kind: str, reader: Role = Role.UNIVERSITY, language: str = "zh", **fields: Any) -> str:
    reads = {"reader_role": reader, "reader_organization_id": READERS[reader], **fields}
    return alert(kind, **reads).text(language, ZONE)


def every_alert() -> Iterator[FindingAlertFields]:
    moments = ((None, None), (AT, None), (AT + timedelta(days=3), None), (None, 3))
    moves = (
        (State.RECTIFYING, State.RECTIFYING, 0),
        (State.OVERDUE, State.ESCALATED, 1),
        (State.FOUND, State.FOUND, 2),
    )
    for kind, reader, severity, origin in product(sorted(EVENT_KINDS), READERS, Severity, Origin):
        for (deadline, days), (before, after, level) in product(moments, moves):
            yield alert(
                kind,
                reader_role=reader,
                reader_organization_id=READERS[reader],
                severity=severity,
                origin=origin,
                deadline=deadline,
                working_days=days,
                from_state=before,
                to_state=after,
                escalation_level=level,
                data={"awaiting_review": level == 1, "opinion_overdue": level == 2, "stage": 2},
            )


def test_every_kind_has_a_text_for_every_reader_in_both_languages() -> None:
    for one in every_alert():
        chinese, english = (one.text(language, ZONE) for language in ("zh", "en"))
        assert chinese.endswith("。")
        assert english.endswith(".")
        assert one.number in chinese
        assert one.number in english
        assert not CHINESE.search(english.replace(one.unit, "")), english
        assert CHINESE.search(one.label("zh"))
        assert one.label("en")
        assert 0 < one.urgency < 100


def test_no_text_is_for_a_kind_that_does_not_exist() -> None:
    assert {kind.removesuffix(".up").removesuffix(".found") for kind in wording("alerts")} == EVENT_KINDS


@pytest.mark.parametrize("kind", sorted(wording("alerts")))
def test_both_languages_speak_to_the_same_readers_with_known_blanks(kind: str) -> None:
    entry = wording("alerts")[kind]
    assert set(entry) == {"urgency", "zh", "en"}
    assert set(entry["zh"]) == set(entry["en"]) <= PARTS | {"label", "hear"}
    assert "hear" in entry["zh"]
    for part, text in entry["zh"].items():
        blanks = set(re.findall(r"{(\w+)}", text))
        assert blanks <= BLANKS
        assert blanks == set(re.findall(r"{(\w+)}", entry["en"][part])), part
        assert re.fullmatch(r"[^,;:()!?]*", text), "Chinese punctuation is full-width"


def test_the_parts_of_texts_are_parts_of_the_law() -> None:
    assert {str(part) for part in Side} >= PARTS


def test_an_overdue_unit_is_told_what_to_do_and_the_overseer_to_press_for_it() -> None:
    assert said("expire", Role.UNIVERSITY) == (
        "2026-08-0012号问题的整改期限（2026年5月20日17:00）已过，未收到你单位的整改反馈，现列为逾期。"
        "请立即整改并提交整改反馈；仍未整改的，将向领导班子汇报。"
    )
    assert said("expire", Role.INSPECTOR).endswith("请立即督促整改。")
    assert said("expire", Role.DISTRICT, origin=Origin.DISTRICT).endswith("请立即督促整改。")
    assert said("expire", Role.DISTRICT).endswith("现列为逾期。")


def test_a_district_office_that_is_the_unit_is_spoken_to_as_the_unit() -> None:
    own: dict[str, Any] = {"unit": "青石区招生考试办公室", "unit_id": DISTRICT}
    assert "你单位" in said("expire", Role.DISTRICT, **own)
    assert "你单位" not in said("expire", Role.DISTRICT)


def test_the_reviewer_is_asked_to_review_and_others_hear_who_will() -> None:
    assert said("submit", Role.INSPECTOR).endswith("请在规定时限内复查。")
    assert said("submit", Role.DISTRICT, origin=Origin.DISTRICT).endswith("请在规定时限内复查。")
    assert said("submit", Role.DISTRICT).endswith("待市招考中心督查组复查。")
    assert said("submit", Role.DISTRICT, origin=Origin.DISTRICT, severity=Severity.MAJOR).endswith(
        "待市招考中心督查组复查。"
    )


def test_the_leader_decides_on_extensions_of_major_findings_only() -> None:
    assert "请在规定时限内作出决定" in said("ask_extension", Role.LEADER, severity=Severity.MAJOR)
    assert said("breach.decision", Role.LEADER, severity=Severity.MAJOR).endswith("请立即作出决定。")
    late = said("breach.decision", Role.LEADER, data={"stage": 2})
    assert late.endswith("（督查不到位，第2次提醒），请督促市招考中心督查组立即决定。")


def test_a_failed_review_says_whether_it_has_gone_up() -> None:
    assert "已上报" not in said("review_fail", deadline=AT + timedelta(days=2))
    assert "，整改期限为2026年5月22日17:00，" in said("review_fail", deadline=AT + timedelta(days=2))
    up: dict[str, Any] = {"to_state": State.ESCALATED, "escalation_level": 1}
    assert "已上报领导班子" in said("review_fail", **up)
    assert "请研究提出处理意见" in said("review_fail", Role.LEADERSHIP, **up)
    within: dict[str, Any] = {**up, "from_state": State.ESCALATED}
    assert "已上报" not in said("review_fail", **within)
    assert "整改期限" not in said("review_fail", **within), "the deadline has passed: it is not named as if it ran"


def test_the_ladder_carries_its_marks() -> None:
    up: dict[str, Any] = {"from_state": State.ESCALATED, "to_state": State.ESCALATED, "escalation_level": 2}
    assert said("escalate.2", Role.BUREAU, data={"opinion_overdue": True}, **up).startswith("【意见逾期】")
    assert said("escalate.2", Role.LEADERSHIP, data={"awaiting_review": True}, **up).startswith("【已提交，待复查】")


@pytest.mark.parametrize("outside", [Role.UNIVERSITY, Role.DISTRICT])
def test_the_lateness_of_the_leadership_is_not_for_those_outside(outside: Role) -> None:
    assert "意见逾期" not in said("escalate.2", outside, data={"opinion_overdue": True})
    assert "opinion overdue" not in said("escalate.2", outside, "en", data={"opinion_overdue": True})


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [(0, "今日到期", "due today"), (1, "明日到期", "due tomorrow"), (3, "还有3天", "due in 3 days")],
)
def test_a_reminder_counts_the_days_of_the_zone(days: int, zh: str, en: str) -> None:
    morning = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)  # 09:00 in Zhengzhou
    fields: dict[str, Any] = {"at": morning, "deadline": datetime(2026, 5, 20 + days, 15, 59, tzinfo=UTC)}
    assert zh in said("remind.deadline", **fields)
    assert en in said("remind.deadline", language="en", **fields)


def test_an_old_alert_keeps_the_deadline_of_its_event() -> None:
    then: dict[str, Any] = {"deadline": "2026-05-18T09:00:00+00:00"}
    assert "2026年5月18日17:00" in said("remind.deadline", data=then, at=AT - timedelta(days=3))


def test_a_deadline_counted_from_receipt_says_so() -> None:
    assert "整改期限为自签收之日起3个工作日。" in said("notify", deadline=None, working_days=3)
    assert "3 working days from receipt" in said("notify", language="en", deadline=None, working_days=3)


def test_a_reply_says_whose_it_is() -> None:
    assert said("reply", Role.LEADERSHIP, actor_role=Role.COMMITTEE).startswith("市招委已就")


def test_an_english_text_begins_with_a_capital() -> None:
    assert said("notify", language="en").startswith("The centre's inspection team issued")


def test_braces_in_a_name_are_only_letters() -> None:
    assert "{number}学院" in said("expire", Role.INSPECTOR, unit="{number}学院")


def test_a_kind_that_nobody_worded_is_loud_in_tests_and_shown_as_its_code() -> None:
    with pytest.warns(MissingWording, match="alerts: vanish"):
        assert said("vanish") == "vanish"
