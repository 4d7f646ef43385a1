"""Types of command-line parameters: instants, days, roles."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import click

from service.people.people_table import role_called
from service.wording import word
from workflows.vocabulary import Role

YEARS = range(1970, 2101)  # beyond, calendars and time zones cannot be counted in


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; naive when it was typed without an offset, see `in_zone`."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} 不是时间，请写成 2026-05-20T17:00 或 2026-05-20T17:00+08:00。 / "
                "is no instant; write 2026-05-20T17:00 or 2026-05-20T17:00+08:00.",
                param,
                ctx,
            )
        if instant.year not in YEARS:
            first, last = YEARS[0], YEARS[-1]
            self.fail(
                f"{value!r} 超出范围，请给出 {first} 年至 {last} 年之间的时间。 / "
                f"is out of range; give an instant between {first} and {last}.",
                param,
                ctx,
            )
        return instant


class NumberOfDays(click.ParamType[timedelta]):
    """A number of days, from one to `most`, such as `90d`; the letter may be left out."""

    name = "DAYS"

    def __init__(self, most: int) -> None:
        self._most = most

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        digits, most = str(value).removesuffix("d"), self._most
        if not (digits.isascii() and digits.isdigit() and 1 <= int(digits) <= most):
            words = f"{value!r} 应为 1 至 {most} 天，如 90d。 / write from 1 to {most} days, such as 90d."
            self.fail(words, param, ctx)
        return timedelta(days=int(digits))


class RoleWord(click.ParamType[Role]):
    """A role, by its code or in Chinese or English words."""

    name = "ROLE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Role:
        if isinstance(value, Role):
            return value
        role = role_called(str(value))
        if role is None or role is Role.SYSTEM:
            words = "、".join(f"{word(one, 'zh')} {one}" for one in Role if one is not Role.SYSTEM)
            self.fail(f"没有职务“{value}”；可填： / there is no such role; these are: {words}", param, ctx)
        return role


def in_zone(at: datetime, zone: tzinfo) -> datetime:
    """The instant; one typed without an offset is meant in that zone."""
    return at if at.tzinfo else at.replace(tzinfo=zone)


class Days(click.ParamType[Any]):
    """Days, one after the other: 2027-06-06,2027-06-07; «none» or «无» for no day at all."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The days as dates."""
        if not isinstance(value, str):
            return value
        if value.strip().casefold() in ("none", "无"):
            return ()
        try:
            return tuple(date.fromisoformat(day.strip()) for day in value.replace("，", ",").split(","))
        except ValueError:
            self.fail(f"“{value}”应写成 2027-06-06,2027-06-07。 / write {value} as 2027-06-06,2027-06-07.", param, ctx)
