"""The five special campaigns (五个专项行动): who records what was done, and how results add up (notice, part 2)."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from workflows.findings.facts import Actor
from workflows.vocabulary import Role

Number = int | float


class Result(NamedTuple):
    """One result in figures, such as «收缴作弊器材 12 件»; never below 0."""

    name: str
    value: Number
    unit: str | None = None

    @property
    def counted_as(self) -> tuple[str, str]:
        """Name and unit in one spelling: results that have both in common are added up."""
        return _spelling(self.name), _spelling(self.unit or "")


def may_record(actor: Actor, district_id: str) -> bool:
    """Whether the actor keeps the campaigns' register of the district.

    «同时，协调政府部门开展本考区"五个专项行动"» (part 2, paragraph 2): the district office coordinates, and reports.
    """
    return any(post.role is Role.DISTRICT and post.organization_id == district_id for post in actor.posts)


def tidy(result: Result) -> Result:
    """The result in its stored form: single spaces, whole numbers without a decimal point, no blank unit."""
    unit = " ".join((result.unit or "").split())
    return Result(" ".join(result.name.split()), _plain(Decimal(str(result.value))), unit or None)


def added(results: Iterable[Result]) -> list[Result]:
    """Results of the same name and unit, added up without a rounding error, in the order in which they first come."""
    first: dict[tuple[str, str], Result] = {}
    sums: dict[tuple[str, str], Decimal] = {}
    for result in results:
        key = result.counted_as
        first.setdefault(key, result)
        sums[key] = sums.get(key, Decimal(0)) + Decimal(str(result.value))
    return [Result(first[key].name, _plain(value), first[key].unit) for key, value in sums.items()]


def results_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[Result]:
    """Results from their stored form: `name`, `value` and `unit` if there is one."""
    return (Result(row["name"], row["value"], row.get("unit")) for row in rows)


def week_of(day: date) -> date:
    """The Monday of the week in which the day lies."""
    return day - timedelta(days=day.weekday())


def _spelling(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).split())


def _plain(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else float(value)
