"""The calendar file: what it must hold, checked entry by entry, so that every slip is named and not computed with."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from workflows.file_mistakes import Mistake, Path, toml_mistake, unknown_word, with_lines

SATURDAY = 5
WRONG = "日历文件有误 / the calendar file is wrong"
_KEYS = ("version", "zone", "opens", "closes", "years")
_KEYS_OF_YEAR = ("source", "off", "work")


class CalendarError(ValueError):
    """A calendar file that cannot be used; names every entry that is wrong, a line for each."""


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
    """Read a calendar file; CalendarError when keys are missing, unknown or wrong.

    Keys: `version`, `zone` (IANA name), `opens` and `closes` ("HH:MM"), and for each year with a known
    plan a table `[years.YYYY]` with `source`, `off` and `work` (lists of dates of that year).
    """
    if mistakes := calendar_mistakes(text):
        raise CalendarError(f"{WRONG}:\n" + "\n".join(str(one) for one in mistakes))
    table = tomllib.loads(text)
    plans = {
        int(name): YearPlan(plan["source"], frozenset(plan["off"]), frozenset(plan["work"]))
        for name, plan in table["years"].items()
    }
    opens, closes = (_clock(table[key]) or time.min for key in ("opens", "closes"))  # both are clocks, as was checked
    return CalendarFile(table["version"], ZoneInfo(table["zone"]), opens, closes, plans)


def calendar_mistakes(text: str) -> list[Mistake]:
    """Every mistake of a calendar file, in the order of its lines; none when it can be used."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # no TOML, a number too long, too deep
        return [toml_mistake(error)]
    return with_lines(_mistakes(table), text)


def _mistakes(table: Mapping[str, Any]) -> Iterator[Mistake]:
    yield from _of_keys(table, (), _KEYS)
    for key in ("version", "zone", "opens", "closes"):
        if key in table:
            yield from _of_text(table[key], (key,))
    yield from _of_zone(table.get("zone"))
    yield from _of_hours(table.get("opens"), table.get("closes"))
    years = table.get("years", {})
    if not isinstance(years, dict):
        yield Mistake(("years",), "须按年份写成 [years.2026] 的表", "must hold one table for each year, [years.2026]")
        return
    for name, plan in years.items():
        yield from _of_year(name, plan)


def _of_zone(name: object) -> Iterator[Mistake]:
    if isinstance(name, str) and name.strip() and not _is_zone(name):
        yield Mistake(("zone",), f"没有时区 “{name}”，如 Asia/Shanghai", f"{name!r} is no zone, e.g. Asia/Shanghai")


def _of_hours(opens: object, closes: object) -> Iterator[Mistake]:
    for key, value in (("opens", opens), ("closes", closes)):
        if isinstance(value, str) and value.strip() and _clock(value) is None:
            yield Mistake((key,), f"“{value}” 须为时:分，如 09:00", f"{value!r} must be hours:minutes, e.g. 09:00")
    first, last = _clock(opens), _clock(closes)
    if first and last and first >= last:
        yield Mistake(("closes",), "须晚于 opens", "must be later than opens")


def _of_year(name: str, plan: object) -> Iterator[Mistake]:
    where: Path = ("years", name)
    if not (len(name) == len("2026") and name.isascii() and name.isdigit() and name > "0000"):
        yield Mistake(where, "年份须为四位数字，如 2026", "must be a year of four digits, e.g. 2026")
        return
    if not isinstance(plan, dict):
        yield Mistake(where, "须为表", f"must be a table, [years.{name}]")
        return
    yield from _of_keys(plan, where, _KEYS_OF_YEAR)
    if "source" in plan:
        yield from _of_text(plan["source"], (*where, "source"))
    for key in ("off", "work"):
        if key in plan:
            yield from _of_dates(plan[key], (*where, key), int(name))
    off, work = (_days(plan.get(key)) for key in ("off", "work"))
    for day in sorted(off & work):
        yield Mistake(where, f"{day} 不能既放假又上班", f"{day} cannot be both off and work", str(day))
    for day in sorted(day for day in work if day.weekday() < SATURDAY):
        yield Mistake(
            (*where, "work"),
            f"{day} 不是周六或周日，请核对日期",
            f"{day} is no Saturday or Sunday, check the date",
            str(day),
        )


def _of_dates(values: object, where: Path, year: int) -> Iterator[Mistake]:
    if not isinstance(values, list):
        yield Mistake(where, f"须为日期列表，如 [{year}-01-01]", f"must be a list of dates, e.g. [{year}-01-01]")
        return
    for value in values:
        if not isinstance(value, date) or isinstance(value, datetime):
            yield Mistake(
                where,
                f"{value!r} 须写成不带引号的日期，如 {year}-01-01",
                f"{value!r} must be a date without quotes, e.g. {year}-01-01",
                str(value),
            )
        elif value.year != year:
            yield Mistake(
                where, f"{value} 请写到 years.{value.year}", f"{value} belongs under years.{value.year}", str(value)
            )
        elif values.count(value) > 1:
            yield Mistake(where, f"{value} 重复，请删去一个", f"{value} stands there twice, remove one", str(value))


def _of_keys(table: Mapping[str, object], where: Path, keys: tuple[str, ...]) -> Iterator[Mistake]:
    for key in keys:
        if key not in table:
            yield Mistake((*where, key), f"缺少 {key}，请补上", f"lacks {key}, add it")
    for key in table:
        if key not in keys:
            yield unknown_word((*where, key), key, keys)


def _of_text(value: object, where: Path) -> Iterator[Mistake]:
    if not isinstance(value, str) or not value.strip():
        yield Mistake(where, "须为非空的带引号文字", "must be a text in quotes, not empty")


def _days(values: object) -> set[date]:
    """The days of a list, whatever else stands in it."""
    return {one for one in values if type(one) is date} if isinstance(values, list) else set()


def _clock(value: object) -> time | None:
    try:
        return datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007 — a wall clock's time has no zone
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder of the zone files
        return False
    return True
