"""A notice with something in it put otherwise: a number, a day, a row, whom a district is given to."""

import re
from collections.abc import Callable
from datetime import date

from msgspec.structs import replace

from service.setup.notice_file import Heading, Leader, Notice
from service.setup.notice_file.heading import document_numbers
from service.setup.notice_file.units import read_units
from service.setup.settlements import Settlement
from workflows.completion_words import CompletionError, completion_rule

_DAY = re.compile(r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})日?")
_ROW = re.compile(r"(\d+)-(\d+)(督查项目|责任单位|要求)?")
_LABOUR = re.compile("(.+?)(责任领导|督查组)")
LONGEST_TITLE, LONGEST_CATEGORY, LONGEST_REQUIREMENT, LONGEST_NAME = 300, 80, 2000, 40  # characters


def with_settled(notice: Notice, line: Settlement) -> Notice | None:
    """The notice with the value of one line in its place; None where that cannot be read."""
    if change := _HEADING.get(line.key):
        heading = change(notice.heading, line.value)
        return replace(notice, heading=heading) if heading else None
    if row := _ROW.fullmatch(line.key):
        return _with_row(notice, int(row[1]), int(row[2]), row[3], line.value)
    if labour := _LABOUR.fullmatch(line.key):
        given = _with_leader if labour[2] == "责任领导" else _with_team
        return given(notice, labour[1], line.value)
    return None


def _with_number(heading: Heading, value: str) -> Heading | None:
    numbers = document_numbers(value)
    return replace(heading, number=numbers[0], document_number=numbers[1]) if numbers else None


def _with_issued_on(heading: Heading, value: str) -> Heading | None:
    days = _days(value)
    return replace(heading, issued_on=days[0]) if days and len(days) == 1 else None


def _with_period(heading: Heading, value: str) -> Heading | None:
    days = _days(value)
    if days is None or len(days) != 2 or days[0] > days[1]:
        return None
    return replace(heading, starts_on=days[0], ends_on=days[1])


def _with_exam_days(heading: Heading, value: str) -> Heading | None:
    days = _days(value)
    return replace(heading, exam_days=tuple(sorted(set(days)))) if days else None


_HEADING: dict[str, Callable[[Heading, str], Heading | None]] = {
    "文号": _with_number,
    "标题": lambda heading, value: replace(heading, title=value) if len(value) <= LONGEST_TITLE else None,
    "成文日期": _with_issued_on,
    "督查时间": _with_period,
    "考试日": _with_exam_days,
}


def _days(value: str) -> list[date] | None:
    """The days that a value lists, with nothing else but signs between them."""
    if re.sub(r"[\s,，、;；至到~～—-]", "", _DAY.sub("", value)):
        return None
    try:
        return [date(int(year), int(month), int(day)) for year, month, day in _DAY.findall(value)]
    except ValueError:
        return None


def _with_row(notice: Notice, annex: int, position: int, column: str | None, value: str) -> Notice | None:
    changes = _ROW_CHANGES[column](value)
    if changes is None:
        return None
    catalogues = []
    for catalogue in notice.checklists:
        rows = list(catalogue.rows)
        if catalogue.annex == annex and position <= len(rows):
            rows[position - 1] = replace(rows[position - 1], **changes)
        catalogues.append(replace(catalogue, rows=tuple(rows)))
    return replace(notice, checklists=tuple(catalogues))


def _completion(value: str) -> dict[str, object] | None:
    try:
        return {"completion": completion_rule(value).text}
    except CompletionError:
        return None


def _units(value: str) -> dict[str, object] | None:
    lead, supporting, in_doubt = read_units(value)
    return {"lead_units": lead, "supporting_units": supporting} if lead and not in_doubt else None


_ROW_CHANGES: dict[str | None, Callable[[str], dict[str, object] | None]] = {
    None: _completion,
    "责任单位": _units,
    "督查项目": lambda value: {"category": value} if len(value) <= LONGEST_CATEGORY else None,
    "要求": lambda value: {"zh": value} if len(value) <= LONGEST_REQUIREMENT else None,
}


def _with_leader(notice: Notice, district: str, name: str) -> Notice | None:
    """The district given to that leader, and to no other."""
    if len(name) > LONGEST_NAME:
        return None
    districts = {one.name: tuple(place for place in one.districts if place != district) for one in notice.leaders}
    districts[name] = (*districts.get(name, ()), district)
    return replace(notice, leaders=tuple(Leader(*one) for one in districts.items() if one[1]))


def _with_team(notice: Notice, district: str, name: str) -> Notice | None:
    """The district given to that team, which the notice must know, and to no other."""
    if name not in {team.name for team in notice.teams}:
        return None
    teams = []
    for team in notice.teams:
        others = tuple(place for place in team.districts if place != district)
        teams.append(replace(team, districts=(*others, district) if team.name == name else others))
    return replace(notice, teams=tuple(teams))
