"""The calendar file: what it must hold, checked entry by entry, so that a slip is named and not computed with."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from typing import NoReturn
from zoneinfo import ZoneInfo

SATURDAY = 5


class CalendarError(ValueError):
    """A calendar file that cannot be used; the sentence names the entry and what to write instead."""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What one year's holiday notice changes about Monday to Friday."""

    source: str  # the document that ordered it
    off: frozenset[date]  # not worked, weekends may be among them
    work: frozenset[date]  # make-up working days, all on Saturdays or Sundays


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """The checked entries of a calendar file."""

    version: str
    zone: ZoneInfo
    opens: time  # local, without a zone
    closes: time  # local, later than `opens`
    plans: Mapping[int, YearPlan]


def shipped_calendar_text() -> str:
    """Return the TOML text of the calendar that comes with the package: China's."""
    return files("workflows").joinpath("calendars", "china.toml").read_text(encoding="utf-8")


def parse_calendar(text: str) -> CalendarFile:
    """Read a calendar file; CalendarError when a key is missing, unknown or wrong.

    Keys: `version`, `zone` (IANA name), `opens` and `closes` ("HH:MM"), and for each year with a known
    plan a table `[years.YYYY]` with `source`, `off` and `work` (lists of dates of that year).
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _wrong("TOML", f"格式有误，请按提示的行列修改：{error}", f"is no valid TOML, correct it there: {error}")
    _only_keys(table, "calendar", {"version", "zone", "opens", "closes", "years"})
    opens, closes = _clock(table, "opens"), _clock(table, "closes")
    if opens >= closes:
        _wrong("closes", "须晚于 opens", "must be later than opens")
    years = table["years"]
    if not isinstance(years, dict):
        _wrong("years", "须按年份写成 [years.2026] 的表", "must hold one table for each year, [years.2026]")
    plans = {_year(name): _plan(name, plan) for name, plan in years.items()}
    return CalendarFile(_text(table, "version"), _zone(table), opens, closes, plans)


def _plan(name: str, table: object) -> YearPlan:
    where = f"years.{name}"
    if not isinstance(table, dict):
        _wrong(where, "须为表", f"must be a table, [{where}]")
    _only_keys(table, where, {"source", "off", "work"})
    off, work = (_dates(table[key], f"{where}.{key}", int(name)) for key in ("off", "work"))
    if both := sorted(off & work):
        _wrong(where, f"{both[0]} 不能既放假又上班", f"{both[0]} cannot be both off and work")
    if weekdays := sorted(day for day in work if day.weekday() < SATURDAY):
        _wrong(
            f"{where}.work",
            f"{weekdays[0]} 不是周六或周日，请核对日期",
            f"{weekdays[0]} is no Saturday or Sunday, check the date",
        )
    return YearPlan(_text(table, "source", where=f"{where}.source"), off, work)


def _dates(values: object, where: str, year: int) -> frozenset[date]:
    if not isinstance(values, list):
        _wrong(where, f"须为日期列表，如 [{year}-01-01]", f"must be a list of dates, e.g. [{year}-01-01]")
    for value in values:
        if not isinstance(value, date) or isinstance(value, datetime):
            _wrong(
                where,
                f"{value!r} 须写成不带引号的日期，如 {year}-01-01",
                f"{value!r} must be a date without quotes, e.g. {year}-01-01",
            )
        if value.year != year:
            _wrong(where, f"{value} 请写到 years.{value.year}", f"{value} belongs under years.{value.year}")
        if values.count(value) > 1:
            _wrong(where, f"{value} 重复，请删去一个", f"{value} stands there twice, remove one")
    return frozenset(values)


def _year(name: str) -> int:
    if not (len(name) == len("2026") and name.isascii() and name.isdigit() and name > "0000"):
        _wrong(f"years.{name}", "年份须为四位数字，如 2026", "must be a year of four digits, e.g. 2026")
    return int(name)


def _clock(table: Mapping[str, object], key: str) -> time:
    value = _text(table, key)
    try:
        return datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007 — a wall clock's time has no zone
    except ValueError:
        _wrong(key, f"“{value}” 须为时:分，如 09:00", f"{value!r} must be hours:minutes, e.g. 09:00")


def _zone(table: Mapping[str, object]) -> ZoneInfo:
    value = _text(table, "zone")
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder of the zone files
        _wrong("zone", f"没有时区 “{value}”，如 Asia/Shanghai", f"{value!r} is no zone, e.g. Asia/Shanghai")


def _text(table: Mapping[str, object], key: str, *, where: str = "") -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        _wrong(where or key, "须为非空的带引号文字", "must be a text in quotes, not empty")
    return value


def _only_keys(table: Mapping[str, object], where: str, keys: set[str]) -> None:
    if missing := sorted(keys - table.keys()):
        _wrong(where, f"缺少 {missing[0]}，请补上", f"lacks {missing[0]}, add it")
    if unknown := sorted(table.keys() - keys):
        _wrong(where, f"不认识 {unknown[0]}，请删去或改正", f"knows no {unknown[0]}, remove or correct it")


def _wrong(where: str, zh: str, en: str) -> NoReturn:
    msg = f"日历 {where}：{zh} / Calendar, {where}: {en}."
    raise CalendarError(msg)
