"""The lines that settle doubts: read one by one, and refused by their number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InvalidInput
from service.setup.notice_file import Doubt
from service.setup.settlements import Settlements, read_settlements, settling_line

UNKNOWN = Doubt("completion_unknown", "1-2", {"words": "尽快"}, stops=True)
CUT = Doubt("question_unfinished", "1-4", {"question": "……"})


def lines(text: str) -> dict[str, str]:
    return {one.key: one.value for one in read_settlements(text.encode()).lines}


def refused(text: str) -> dict[str, str]:
    with pytest.raises(InvalidInput) as error:
        read_settlements(text.encode())
    return error.value.fields


def test_lines_are_read_and_comments_mean_nothing() -> None:
    text = (
        "\ufeff# 疑点答复\n\n1-2 = 2027-04-28\n１－７完成时间＝考前一周  # 已电话核实\n"
        "文 号 = 明招考〔2027〕8号\n考试日期=2027-06-05"
    )
    assert lines(text) == {
        "1-2": "2027-04-28",
        "1-7": "考前一周",
        "文号": "明招考〔2027〕8号",
        "考试日": "2027-06-05",
    }


def test_a_file_of_a_windows_editor_is_read() -> None:
    (line,) = read_settlements("# 答复\r\n1-2 = 考前一周\r\n".encode("gbk")).lines
    assert (line.line, line.key, line.value) == (2, "1-2", "考前一周")


def test_every_line_that_cannot_be_read_is_named_by_its_number() -> None:
    assert refused("1-2 2027-04-28\n1-3 =\n= 无误\n1-4 = 无误\n1－4 = 已完成") == {
        "第 1 行 / line 1（1-2 2027-04-28）": "settlement_unreadable",
        "第 2 行 / line 2（1-3 =）": "settlement_unreadable",
        "第 3 行 / line 3（= 无误）": "settlement_unreadable",
        "第 5 行 / line 5（1-4 = 已完成）": "settlement_twice",
    }


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x80\xff", b"1-2 = \x81", b"#" * 200_000])
def test_what_is_no_such_text_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as error:
        read_settlements(content)
    assert set(error.value.fields) == {"settle"}


def test_what_is_confirmed_is_no_doubt_any_more_unless_it_needs_a_value() -> None:
    given = read_settlements("1-4 = 无误\n1-2 = 无误".encode())
    assert given.confirm([UNKNOWN, CUT]) == [UNKNOWN]
    with pytest.raises(InvalidInput) as error:
        given.check()
    assert error.value.fields == {"第 2 行 / line 2（1-2 = 无误）": "settlement_needs_value"}


def test_a_line_that_settles_nothing_is_refused() -> None:
    given = read_settlements("1-9 = 无误".encode())
    assert given.confirm([CUT]) == [CUT]
    with pytest.raises(InvalidInput) as error:
        given.check()
    assert list(error.value.fields.values()) == ["settlement_of_nothing"]
    Settlements().check()


@pytest.mark.parametrize(
    ("doubt", "line"),
    [
        (UNKNOWN, "1-2 = 4月28日"),
        (CUT, "1-4 = 无误"),
        (Doubt("units_inherited", "1-3", {"units": "教务处"}), "1-3 责任单位 = 教务处"),
        (Doubt("number_missing", "文号", stops=True), "文号 = 明招考〔2027〕8号"),
        (Doubt("period_missing", "督查时间", stops=True), "督查时间 = 2027-03-29 至 2027-06-06"),
        (Doubt("district_without_team", "东城区", stops=True), "东城区 督查组 = 第一组"),
        (Doubt("number_taken", "文号", {"number": "2027-8"}, stops=True), None),
        (Doubt("checklists_missing", "附件", stops=True), None),
    ],
)
def test_a_doubt_says_the_line_that_settles_it(doubt: Doubt, line: str | None) -> None:
    assert settling_line(doubt) == line


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = read_settlements(text.encode("utf-8", "replace"))
    except InvalidInput:
        return
    assert all(one.key and one.value for one in read.lines)
