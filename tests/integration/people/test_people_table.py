"""Tables of people as offices leave them: UTF-8, GBK or Excel, Chinese or English headings, empty lines."""

import pytest

from service.errors import InvalidInput
from service.people.people_table import language_called, read_people_table, role_called
from tests.build.workbooks import workbook
from workflows.vocabulary import Role

CHINESE = "用户名,姓名,职务,单位,邮箱,电话\nwang.gang,王　刚,督查组组长,市招考中心,wang@zk.example,13800001234\n"
CELLS = {
    "username": "wang.gang",
    "name": "王　刚",
    "role": "督查组组长",
    "organization": "市招考中心",
    "email": "wang@zk.example",
    "telephone": "13800001234",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_table_is_read_in_any_usual_encoding(encoding: str) -> None:
    (line,) = read_people_table(CHINESE.encode(encoding))
    assert (line.number, line.cells) == (2, CELLS)


def test_an_excel_file_is_read_and_a_number_is_a_telephone_number() -> None:
    header, values = list(CELLS), [*list(CELLS.values())[:-1], 13800001234]
    (line,) = read_people_table(workbook({"人员": [tuple(header), tuple(values)]}))
    assert line.cells == CELLS


def test_lines_that_hold_nothing_are_passed_over_and_keep_their_numbers() -> None:
    table = "username,name,role,organization\n,,,\na.b,甲,inspector,中心\n\u200b, ,　,\nc.d,乙,leader,中心\n,,,,,\n"
    assert [(line.number, line.cells["username"]) for line in read_people_table(table.encode())] == [
        (3, "a.b"),
        (5, "c.d"),
    ]


def test_signs_that_nobody_sees_are_taken_away() -> None:
    table = "\ufeffuser\u200bname,name\nzhao\u200b,赵\ufeff\n"
    assert read_people_table(table.encode())[0].cells == {"username": "zhao", "name": "赵"}


def test_columns_parted_by_tabs_are_read() -> None:
    assert read_people_table("用户名\t姓名\nzhao\t赵\n".encode())[0].cells == {"username": "zhao", "name": "赵"}


def test_a_cell_below_no_heading_is_kept_apart() -> None:
    assert read_people_table("username,name\nzhao,赵,多余\n".encode())[0].cells["?"] == "多余"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x00", b'username\n"a', b"\x00\x01"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_people_table(content)
    assert caught.value.fields == {"file": "no_table_of_people"}


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("督查组组长", Role.TEAM_HEAD),
        ("包干责任领导", Role.LEADER),
        ("领导班子", Role.LEADERSHIP),
        ("督查组成员", Role.INSPECTOR),
        ("区县招考机构", Role.DISTRICT),
        ("高校", Role.UNIVERSITY),
        ("Team_Head", Role.TEAM_HEAD),
        ("responsible leader", Role.LEADER),
        ("厨师", None),
    ],
)
def test_roles_are_named_in_chinese_or_english(word: str, role: Role | None) -> None:
    assert role_called(word) is role


def test_languages_are_named_in_chinese_or_english() -> None:
    assert [language_called(word) for word in ("zh", "中文", "English", "德文")] == ["zh", "zh", "en", None]
