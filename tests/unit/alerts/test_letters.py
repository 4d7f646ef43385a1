"""Letters: what a person reads first, in which order, and under which subject."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.alerts.letters import Letterhead
from service.wording.numerals import ordinal_numeral
from tests.build.alert_fields import AT
from tests.build.letters import ABOUT, HEAD, letter, told


def test_one_finding_is_named_in_the_subject() -> None:
    assert letter(told(7, "expire")).subject == "【督办】逾期：明河龙湖学院2026-08-0007号问题"
    assert letter(told(7, "expire"), language="en").subject == "[Duban] Overdue: finding 2026-08-0007, 明河龙湖学院"


def test_findings_alike_are_counted_once() -> None:
    assert letter(told(1, "expire"), told(2, "expire")).subject == "【督办】2 项逾期"
    assert letter(told(1, "expire"), told(2, "expire"), language="en").subject == "[Duban] 2 matters: overdue"


def test_the_worst_comes_first() -> None:
    mixed = (told(1, "submit"), told(2, "expire"), told(3, "expire"), told(4, "log.major"), told(5, "review_pass"))
    assert letter(*mixed).subject == "【督办】5 项：1 项重大安全隐患、2 项逾期、1 项待复查等"
    assert letter(*mixed, language="en").subject == (
        "[Duban] 5 matters: 1 major hazard, 2 overdue, 1 to review and more"
    )
    body = letter(*mixed).body
    headings = ["一、重大安全隐患（1项）", "二、逾期（2项）", "三、待复查（1项）", "四、已销号（1项）"]
    assert sorted(headings, key=body.index) == headings


def test_of_findings_alike_the_oldest_deadline_comes_first() -> None:
    later, sooner = told(1, "expire", deadline=AT), told(2, "expire", deadline=AT - timedelta(days=2))
    body = letter(later, sooner).body
    assert body.index("2026-08-0002") < body.index("2026-08-0001")


def test_each_finding_has_its_link_once_and_the_inbox_stands_below() -> None:
    body = letter(told(1, "expire"), told(1, "breach.review"), told(2, "expire")).body
    assert body.count("https://duban.exam.example/findings/finding-1\n") == 1
    assert body.count("https://duban.exam.example/findings/finding-2\n") == 1
    assert "https://duban.exam.example/alerts\n" in body


def test_a_letter_ends_with_office_and_day() -> None:
    evening = datetime(2026, 5, 20, 16, 30, tzinfo=UTC)
    sent = letter(told(1, "expire"), at=evening)
    assert "\n明河市招生考试中心\n2026年5月21日\n" in sent.body
    assert sent.created_at.isoformat() == "2026-05-21T00:30:00+08:00"
    assert sent.sender_name == "明河市招生考试中心"


def test_without_a_centre_the_system_signs() -> None:
    sent = letter(told(1, "expire"), head=Letterhead("https://duban.exam.example", HEAD.zone))
    assert "\n督办系统\n" in sent.body


def test_leaders_are_asked_to_acknowledge_by_the_earliest_instant() -> None:
    tomorrow, later = AT + timedelta(days=1), AT + timedelta(days=2)
    alerts = (told(1, "expire"), told(2, "expire", acknowledge_by=later), told(3, "expire", acknowledge_by=tomorrow))
    assert "\n请于2026年5月21日17:00前在收件箱中确认知悉。\n" in letter(*alerts).body
    assert "by 17:00 on Thu 21 May 2026." in letter(*alerts, language="en").body
    assert "确认知悉" not in letter(told(1, "expire")).body


def test_they_are_asked_for_what_is_settled_as_well_since_its_acknowledgement_is_awaited() -> None:
    overdue = told(1, "expire", acknowledge_by=AT + timedelta(days=1))
    granted = replace(told(1, "grant_extension", acknowledge_by=AT + timedelta(days=2)), position=2)
    body = letter(overdue, granted).body
    assert "逾期" not in body
    assert "\n请于2026年5月21日17:00前在收件箱中确认知悉。\n" in body


def test_a_letter_is_the_same_whenever_it_is_written() -> None:
    alerts = [told(number, kind) for number, kind in enumerate(("expire", "submit", "log.major", "expire"))]
    assert letter(*alerts) == letter(*reversed(alerts))


def test_five_hundred_findings_stay_readable() -> None:
    many = [
        told(number, kind, details=ABOUT) for number in range(1, 501) for kind in ["expire" if number % 5 else "submit"]
    ]
    sent = letter(*many)
    assert sent.subject == "【督办】500 项：400 项逾期、100 项待复查"
    assert "一、逾期（400项）" in sent.body
    assert "本类另有380项，未逐一列出，请在系统中查看：https://duban.exam.example/alerts\n" in sent.body
    assert "本类另有80项" in sent.body
    assert len(sent.body.splitlines()) < 300
    assert "380 more of this kind are not listed here" in letter(*many, language="en").body


def test_a_digest_says_that_it_is_one() -> None:
    held = told(1, "review_pass", held_until=AT)
    assert "现将上一份摘要之后的督办事项汇总如下，共1项" in letter(held).body
    assert "摘要" not in letter(held, told(2, "expire")).body, "urgent ones came along"


def test_sections_are_counted_as_documents_count_them() -> None:
    assert [ordinal_numeral(number) for number in (1, 9, 10, 11, 19, 20, 34)] == [
        *("一", "九", "十", "十一", "十九", "二十", "三十四"),
    ]
