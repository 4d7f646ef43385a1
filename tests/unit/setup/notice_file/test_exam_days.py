"""Exam days, as the text of a notice names them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.setup.notice_file.exam_days import read_exam_days
from service.setup.notice_file.heading import plain_lines, sentences

TITLE, ISSUED_ON = "关于开展2027年专升本考试安全督查工作的通知", date(2027, 3, 26)
FIFTH, SIXTH = date(2027, 6, 5), date(2027, 6, 6)


def read(text: str) -> tuple[tuple[date, ...], list[str]]:
    days, doubts, _ = read_exam_days(sentences(plain_lines([text])), TITLE, ISSUED_ON)
    return days, [doubt.code for doubt in doubts]


@pytest.mark.parametrize(
    "text",
    [
        "6 月 5 日至 6 日举行考试",
        "考试时间为2027年6月5日、6日。",
        "2027年专升本考试定于6月5日至6月6日举行，现将有关要求通知如下：",
        "考试日期：６月５日（星期六）—６日（星期日）",
        "专升本考试将于6月5、6日进行。",
        "全省专升本考试时间：二〇二七年六月五日和六日",
    ],
)
def test_the_days_are_read_as_they_are_written(text: str) -> None:
    assert read(text) == ((FIFTH, SIXTH), [])


@pytest.mark.parametrize(
    "text",
    [
        "即日起至6月5日开展专升本考试安全督查",
        "专升本考试安全督查工作于4月1日至6月5日进行",
        "5月10日组织模拟考试。",
        "考试报名时间为3月1日至5日",
        "6月31日举行考试",
        "考试时间另行通知。",
    ],
)
def test_days_of_something_else_are_no_exam_days(text: str) -> None:
    assert read(text) == ((), [])


def test_days_that_differ_or_make_no_sense_are_in_doubt() -> None:
    assert read("6月5日举行考试。考试时间为6月6日。") == ((FIFTH,), ["exam_days_differ"])
    assert read("6月5日举行考试。考试时间为6月5日。") == ((FIFTH,), [])
    assert read("1月5日举行考试")[1] == ["exam_days_odd"]
    assert read("4月1日至6月5日举行考试")[1] == ["exam_days_odd"]


@given(st.dates(date(2027, 4, 1), date(2027, 12, 20)), st.integers(0, 5), st.sampled_from(["至", "—", "-", "～"]))
def test_a_span_is_all_its_days(first: date, more: int, sign: str) -> None:
    days = tuple(date.fromordinal(first.toordinal() + n) for n in range(more + 1))
    last = days[-1]
    text = f"考试时间为{first.month}月{first.day}日" + (f"{sign}{last.month}月{last.day}日" if more else "")
    assert read(text) == (days, [])
