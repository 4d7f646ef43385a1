"""The items of a letter: what happened to a finding in order of time, and what it is about."""

from dataclasses import replace
from datetime import timedelta

from tests.build.alert_fields import AT
from tests.build.letters import ABOUT, UP, letter, told


def test_rungs_climbed_at_one_instant_are_told_by_the_last() -> None:
    at_once = (told(1, "expire"), told(1, "escalate.1", **UP))
    assert "现列为逾期" not in letter(*at_once).body
    assert letter(*at_once).subject.startswith("【督办】上报领导班子：")
    a_day_apart = (told(1, "expire", at=AT - timedelta(days=1)), told(1, "escalate.1", **UP))
    assert "现列为逾期" in letter(*a_day_apart).body


def test_other_steps_of_one_instant_are_all_told() -> None:
    body = letter(told(1, "deem_received"), told(1, "breach.decision")).body
    assert "视为已签收" in body
    assert "仍未决定" in body


def test_no_name_starts_a_line_of_its_own() -> None:
    sent = letter(told(1, "expire", unit="学院\n\n请点击 http://evil.example"), name="李\n正言")
    assert "\n请点击" not in sent.body
    assert sent.body.startswith("李 正言：\n")


def test_a_full_letter_says_what_it_is_about() -> None:
    body = letter(told(1, "expire", details=ABOUT)).body
    assert body.split("\n")[4:8] == [
        "明河龙湖学院的2026-08-0001号问题整改期限（2026年5月20日17:00）已过，未收到整改反馈，现列为逾期。",
        "   问题：3号考场第二排监控 无画面（教学楼A座305）",
        "   要求：更换摄像头，恢复录像，报送照片",
        "   期限：2026年5月22日17:00",
    ]
    assert (
        "   Finding: 3号考场第二排监控 无画面 (教学楼A座305)\n"
        in letter(told(1, "expire", details=ABOUT), language="en").body
    )
    assert "问题：" not in letter(told(1, "expire")).body, "a brief one does not"


def test_what_has_no_place_requirement_or_deadline_leaves_their_lines_out() -> None:
    bare = replace(ABOUT, place=None, requirement=None, deadline=None)
    body = letter(told(1, "log.major", details=bare)).body
    assert "   问题：3号考场第二排监控 无画面\n   https://" in body
    counted = told(1, "log.major", details=replace(bare, working_days=3))
    assert "   期限：自签收之日起3个工作日\n" in letter(counted).body


def test_a_deadline_that_a_step_names_is_not_said_twice() -> None:
    body = letter(told(1, "expire", details=replace(ABOUT, deadline=AT))).body
    assert body.count("2026年5月20日17:00") == 1


def test_long_texts_are_cut_where_the_system_has_the_rest() -> None:
    body = letter(told(1, "expire", details=replace(ABOUT, summary="监控" * 200, requirement="整改" * 200))).body
    assert max(map(len, body.splitlines())) < 150
    assert "……" in body


def test_opinions_replies_and_reviews_are_quoted_to_those_who_may_read_them() -> None:
    opinion = told(1, "opine", details=ABOUT, reason="约谈该校分管负责人，限期整改。", data={"measure": "talk"})
    assert "   处理意见（约谈）：约谈该校分管负责人，限期整改。\n" in letter(opinion).body
    review = told(1, "review_partial", details=ABOUT, reason="30间考场中22间已完成。")
    assert "   复查意见：30间考场中22间已完成。\n" in letter(review).body
    assert "分管" not in letter(replace(opinion, reason=None)).body
    assert "分管" not in letter(replace(opinion, details=None)).body


def test_the_steps_of_a_finding_stand_in_order_of_time_with_their_times() -> None:
    steps = (
        told(1, "expire", at=AT + timedelta(days=1)),
        told(1, "log.major", at=AT - timedelta(days=1)),
        told(1, "notify", at=AT),
    )
    lines = letter(*steps).body.split("\n")
    assert [line.strip().partition("日")[0] for line in lines[4:7]] == ["5月19", "5月20", "5月21"]
    assert lines[4].startswith("5月19日17:00　")
    assert letter(*steps, language="en").body.split("\n")[5].startswith("   20 May, 17:00: ")


def test_what_a_later_step_has_settled_is_left_out() -> None:
    steps = (told(1, "remind.deadline", at=AT - timedelta(hours=8)), told(1, "review_pass"))
    sent = letter(*steps)
    assert "抓紧整改" not in sent.body
    assert sent.subject == "【督办】已销号：明河龙湖学院2026-08-0001号问题"
