"""The table of an office's people as Excel, WPS or a database leaves it: .csv in UTF-8 or GBK, or .xlsx."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from service.errors import InvalidInput
from service.files.office_files import BEGINS
from service.files.spreadsheets import Cell, Moment, read_sheets
from service.wording import word
from service.wording.names import shipped_names
from workflows.signs import plain_name, shows_nothing, trimmed, without_unseen
from workflows.vocabulary import Role

Key = TypeVar("Key", bound=str)
REQUIRED = ("username", "name", "role", "organization")
OPTIONAL = ("email", "telephone", "language")
LARGEST = 4_000_000  # bytes: ten thousand people take a quarter
MOST_ROWS = 10_000
HEADINGS: Mapping[str, Sequence[str]] = {
    "username": ("用户名", "账号", "帐号", "登录名", "user name", "user", "login"),
    "name": ("姓名", "名字", "full name"),
    "role": ("角色", "职务", "岗位", "身份", "post"),
    "organization": ("单位", "机构", "单位名称", "机构名称", "所在单位", "工作单位", "organisation", "unit"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮箱地址", "邮件地址", "e-mail", "mail"),
    "telephone": ("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "phone", "mobile", "tel"),
    "language": ("语言", "语种"),
}
ROLES: Mapping[Role, Sequence[str]] = {
    Role.INSPECTOR: ("督查组组员", "督查员", "督查人员", "组员", "成员"),
    Role.TEAM_HEAD: ("督查组长", "组长", "head"),
    Role.DISTRICT: ("区县招考办", "区县", "招考办", "district office"),
    Role.UNIVERSITY: ("学校", "院校", "高等学校"),
    Role.LEADER: ("责任领导", "包干领导", "分管领导"),
    Role.LEADERSHIP: ("班子成员", "领导班子成员", "中心领导"),
    Role.BUREAU: ("教育局",),
    Role.COMMITTEE: ("招委", "市招生考试委员会", "招生考试委员会"),
    Role.ADMIN: ("系统管理员", "administrator"),
    Role.SECURITY_ADMIN: ("安全员", "security officer"),
    Role.AUDITOR: ("审计员", "安全审计员"),
}
LANGUAGES: Mapping[str, Sequence[str]] = {"zh": ("中文", "汉语", "chinese"), "en": ("英文", "英语", "english")}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A line that holds something: its number, as the program that wrote it shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_people_table(content: bytes) -> Sequence[PersonLine]:
    """The lines of a table; headings in Chinese or English and in any order, lines that hold nothing passed over.

    InvalidInput on `file` when it is no such table, or at «line.heading» for a column that is not known.
    """
    if len(content) > LARGEST:
        raise InvalidInput({"file": "file_too_large"}, megabytes=LARGEST // 1_000_000)
    rows = _of_workbook(content) if content.startswith(BEGINS) else _of_csv(content)
    held = [(number, cells) for number, cells in rows if not all(map(shows_nothing, cells))]
    if not held:
        return []
    if len(held) > MOST_ROWS:
        raise InvalidInput({"file": "too_many_lines"}, most=MOST_ROWS)
    (_, first), *rest = held
    headings = [column_called(heading) or _cleaned(heading) for heading in first]
    return [PersonLine(number, _by_column(headings, cells)) for number, cells in rest]


def column_called(heading: str) -> str | None:
    """The column of a heading."""
    return _word(heading, HEADINGS)


def role_called(text: str) -> Role | None:
    """The role of a word: as the office calls it, or as it is called elsewhere."""
    as_called = {role: (word(role, "zh"), word(role, "en")) for role in ROLES}
    shipped = {
        role: (*words, shipped_names()[role]["zh"], shipped_names()[role]["en"]) for role, words in ROLES.items()
    }
    return _word(text, as_called) or _word(text, shipped)


def language_called(text: str) -> str | None:
    """The language of a word."""
    return _word(text, LANGUAGES)


def _word(text: str, words: Mapping[Key, Sequence[str]]) -> Key | None:
    plain = plain_name(text)
    return next(
        (key for key, names in words.items() if plain in {plain_name(name) for name in (str(key), *names)}), None
    )


def _by_column(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells by column; one that stands below no heading is kept under «?»."""
    named = [*headings, *["?"] * (len(cells) - len(headings))]
    return {
        heading or "?": _cleaned(cell)
        for heading, cell in zip(named, cells, strict=False)
        if not shows_nothing(cell) or heading in (*REQUIRED, *OPTIONAL)
    }


def _cleaned(text: str) -> str:
    return trimmed(without_unseen(text))


def _of_csv(content: bytes) -> Iterable[tuple[int, list[str]]]:
    text = _decoded(content)
    first, *_ = text.split("\n", 1)
    delimiter = max(",\t;", key=first.count)
    try:
        return [*enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1)]
    except csv.Error as error:
        raise InvalidInput({"file": "no_table_of_people"}) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidInput({"file": "no_table_of_people"})


def _of_workbook(content: bytes) -> Iterable[tuple[int, list[str]]]:
    sheets = [sheet for sheet in read_sheets(io.BytesIO(content)) if sheet.rows]
    return [(row.number, [*map(_text, row.cells)]) for row in sheets[0].rows] if sheets else []


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))  # a telephone number
        case Moment():
            return cell.at.isoformat()
        case _:
            return str(cell)
