"""Titles of several lines: nothing is lost, no line is too long, and no word is torn when it need not be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.documents.titles import balanced_lines, width_of

ROOM = 20.1  # characters of 22 pt on 156 mm


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("限期整改通知书", ["限期整改通知书"]),
        ("关于明河龙湖学院考试安全问题处理意见的报告", ["关于明河龙湖学院", "考试安全问题处理意见的报告"]),
        ("明河国际信息工程职业技术大学考试安全工作周报", ["明河国际信息工程职业技术大学", "考试安全工作周报"]),
        ("关于明河龙湖学院2026-08-0007号问题整改情况的报告", ["关于明河龙湖学院", "2026-08-0007号问题整改情况的报告"]),
        ("A" * 60, ["A" * 60]),
    ],
)
def test_a_title_breaks_between_words(title: str, lines: list[str]) -> None:
    assert balanced_lines(title, ROOM) == lines


@given(st.text("关于考试安全问题（）“”学院2021-号的大", min_size=1, max_size=70))
def test_nothing_is_lost_and_no_line_is_too_long(title: str) -> None:
    lines = balanced_lines(title, ROOM)
    assert "".join(lines) == title
    if len(lines) > 1:
        assert max(map(width_of, lines)) <= ROOM
        assert all(line[0] not in "）”" for line in lines[1:])
        assert all(line[-1] not in "（“" for line in lines[:-1])
