"""Completion times as notices word them: how it was typeset means nothing, and what can be read two ways is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.completion import CompletionKind, CompletionRule, MonthPart
from workflows.completion_words import CompletionError, completion_rule
from workflows.deadlines import CompletionWord


@st.composite
def typeset(draw: st.DrawFn, text: str) -> str:
    """A text as somebody may have typed it into a narrow cell."""
    space = st.sampled_from(["", "", " ", "\n", "\u3000", "\u200b", "\t"])
    wide = draw(st.booleans())
    return "".join(draw(space) + (chr(ord(char) + 0xFEE0) if wide and char.isdigit() else char) for char in text)


@pytest.mark.parametrize(
    ("words", "month", "part"),
    [
        ("4 月中旬", 4, MonthPart.MIDDLE_TEN_DAYS),
        ("1 月底", 1, MonthPart.END),
        ("5月底", 5, MonthPart.END),
        ("6 月初", 6, MonthPart.BEGINNING),
        ("5月下旬", 5, MonthPart.LAST_TEN_DAYS),
        ("３ 月\n上旬", 3, MonthPart.FIRST_TEN_DAYS),
        ("12月份下旬。", 12, MonthPart.LAST_TEN_DAYS),
        ("05月底前", 5, MonthPart.END),
        ("十二月底之前完成", 12, MonthPart.END),
        ("十月 中旬", 10, MonthPart.MIDDLE_TEN_DAYS),
        ("须在6月上旬前完成", 6, MonthPart.FIRST_TEN_DAYS),
        ("六月初", 6, MonthPart.BEGINNING),
    ],
)
def test_a_part_of_a_month_is_read_as_it_was_typed(words: str, month: int, part: MonthPart) -> None:
    rule = completion_rule(words)
    assert (rule.kind, rule.month, rule.part) == (CompletionKind.MONTH_PART, month, part)
    assert rule.text == f"{month}月{CompletionWord[part.name]}"
    assert not rule.is_weekly


@pytest.mark.parametrize(
    ("words", "year", "month", "day"),
    [
        ("4月28日前", None, 4, 28),
        ("5月31日", None, 5, 31),
        ("4 月 30 日\n前完成", None, 4, 30),
        ("须于4月30日之前全部完成。", None, 4, 30),
        ("2027年5月31日前", 2027, 5, 31),
        ("二〇二七年五月三十一日以前", 2027, 5, 31),
        ("四月二十八号", None, 4, 28),
        ("2027-04-28", 2027, 4, 28),
        ("2027.4.28前", 2027, 4, 28),
        ("４．２８前", None, 4, 28),
        ("4/28", None, 4, 28),
        ("4月10日至4月28日", None, 4, 28),
        ("自4月10日起至28日止", None, 4, 28),
        ("2026年12月1日—2027年1月15日", 2027, 1, 15),
        ("即日起至5月31日前", None, 5, 31),
    ],
)
def test_a_day_is_read_as_it_was_typed(words: str, year: int | None, month: int, day: int) -> None:
    rule = completion_rule(words)
    assert (rule.kind, rule.year, rule.month, rule.day) == (CompletionKind.DAY, year, month, day)
    assert completion_rule(rule.text) == rule


@pytest.mark.parametrize(
    ("words", "kind", "amount"),
    [
        ("考前一周", CompletionKind.DAYS_BEFORE_EXAM, 7),
        ("考前 三十 天", CompletionKind.DAYS_BEFORE_EXAM, 30),
        ("考试前两天完成", CompletionKind.DAYS_BEFORE_EXAM, 2),
        ("考前半个月", CompletionKind.DAYS_BEFORE_EXAM, 15),
        ("考前10天", CompletionKind.DAYS_BEFORE_EXAM, 10),
        ("考前", CompletionKind.DAYS_BEFORE_EXAM, 1),
        ("开考前完成", CompletionKind.DAYS_BEFORE_EXAM, 1),
        ("考前5个工作日", CompletionKind.WORKING_DAYS_BEFORE_EXAM, 5),
        ("考前一个月", CompletionKind.MONTHS_BEFORE_EXAM, 1),
        ("即日起至考前一周", CompletionKind.DAYS_BEFORE_EXAM, 7),
    ],
)
def test_what_counts_from_the_exam_is_a_number_of_days(words: str, kind: CompletionKind, amount: int) -> None:
    rule = completion_rule(words)
    assert (rule.kind, rule.amount, rule.is_weekly) == (kind, amount, False)
    assert completion_rule(rule.text) == rule


@pytest.mark.parametrize("words", ["长期坚持", "长期", "常年坚持", "持续推进", "常态化开展", "每周一次"])
def test_what_never_ends_is_looked_at_every_week(words: str) -> None:
    assert completion_rule(words) == CompletionRule(CompletionKind.ONGOING, words)
    assert completion_rule(words).is_weekly


@pytest.mark.parametrize("words", ["已完成", "已全部完成", "已落实到位"])
def test_what_is_said_to_be_done_is_read(words: str) -> None:
    assert completion_rule(words) == CompletionRule(CompletionKind.ALREADY, words)


@pytest.mark.parametrize(("words", "text"), [("4月中旬至下旬", "4月中旬至4月下旬"), ("即日起至5月底", "即日起至5月底")])
def test_a_range_of_parts_of_months_is_due_with_its_last(words: str, text: str) -> None:
    rule = completion_rule(words)
    assert (rule.text, rule.kind, rule.is_weekly) == (text, CompletionKind.MONTH_PART, False)


@pytest.mark.parametrize(
    ("words", "kind", "text"),
    [
        ("至考试结束", CompletionKind.UNTIL_EXAM_OVER, "即日起至考试结束"),
        ("即日起至考试\n结束", CompletionKind.UNTIL_EXAM_OVER, "即日起至考试结束"),
        ("即日起至考试结束为止", CompletionKind.UNTIL_EXAM_OVER, "即日起至考试结束"),
        ("即日起 至建设完成 ", CompletionKind.UNTIL_BUILT, "即日起至建设完成"),
    ],
)
def test_an_open_end_is_looked_at_every_week(words: str, kind: CompletionKind, text: str) -> None:
    rule = completion_rule(words)
    assert rule == CompletionRule(kind, text)
    assert rule.is_weekly


REFUSED = """
    4月 13月底 0月底 十三月底 尽快 月底 即日起 4月中旬5月底 5月20日、5月31日 5月31日前后 5月31日左右
    4月28日17:00前 4月31日前 2027年2月29日 13月1日 1.2月底 考后一周 考前0天 考前三天内 考试期间
    5月底前基本完成 4月底前完成并长期坚持 上级通知至5月底 每天 前 完成
"""


@pytest.mark.parametrize("words", ["", " ", *REFUSED.split()])
def test_other_words_are_no_completion_time_and_it_says_how_to_write_one(words: str) -> None:
    with pytest.raises(CompletionError, match="4月中旬"):
        completion_rule(words)


@given(st.data(), st.integers(1, 12), st.sampled_from(CompletionWord))
def test_how_it_was_typeset_means_nothing(data: st.DataObject, month: int, word: CompletionWord) -> None:
    normal = f"{month}月{word}"
    rule = completion_rule(data.draw(typeset(normal)))
    assert rule == completion_rule(normal)
    assert rule.text == normal
    assert completion_rule(rule.text) == rule


@given(st.text())
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = completion_rule(text)
    except CompletionError:
        return
    assert completion_rule(rule.text) == rule


WAYS = ("{y}年{m}月{d}日", "{y}年{m:02}月{d:02}日前", "{y}-{m:02}-{d:02}", "{y}.{m}.{d}前完成", "{y}/{m}/{d}")


@given(st.data(), st.dates(date(2021, 1, 1), date(2029, 12, 31)), st.sampled_from(WAYS))
def test_however_a_day_is_written_it_is_that_day(data: st.DataObject, day: date, way: str) -> None:
    rule = completion_rule(data.draw(typeset(way.format(y=day.year, m=day.month, d=day.day))))
    assert (rule.year, rule.month, rule.day) == (day.year, day.month, day.day)
    assert rule.text == f"{day.year}年{day.month}月{day.day}日"


FRAGMENTS = st.sampled_from(
    [*"0123456789一二三十年月日前至初底考完成周天", "即日起", "考前", "4月28日", "中旬", "长期坚持"]
)


@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_whatever_is_pieced_together_is_a_rule_or_refused(words: str) -> None:
    try:
        rule = completion_rule(words)
    except CompletionError:
        return
    assert completion_rule(rule.text) == rule
    assert len(rule.text) <= 40
