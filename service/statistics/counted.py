"""Which findings count for whom, and how many there are of each kind: off the tallies, or off findings themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    case,
    cast,
    extract,
    func,
    literal_column,
    select,
)

from service.errors import NotAllowed
from service.models import DurationTally, Finding, FindingTally, Tally, UnitTally
from service.scope import findings_seen, is_tallied, sees_figures, tallies_seen
from workflows.findings.facts import Actor


class CountedRows(NamedTuple):
    """The rows that some findings are counted off: of a tally, or of findings themselves."""

    table: FromClause
    by: Mapping[str, ColumnElement[Any]]  # the keys of the tally
    findings: ColumnElement[int]  # how many a row stands for
    conditions: Sequence[ColumnElement[bool]]

    def summed(self, *names: str) -> Select[*tuple[Any, ...]]:
        """How many findings there are of each of these keys."""
        keys = [self.by[name] for name in names]
        return select(*keys, cast(func.sum(self.findings), Integer)).where(*self.conditions).group_by(*keys)


@dataclass(frozen=True, slots=True)
class CountedFindings:
    """The findings that an actor sees and nobody withdrew, of one round or of all, in one district or everywhere.

    Raises `NotAllowed` for administrators.
    """

    actor: Actor
    round_id: str | None = None
    district_id: str | None = None

    def __post_init__(self) -> None:
        if not sees_figures(self.actor):
            raise NotAllowed("not_allowed")

    def by(self, tally: type[Tally]) -> CountedRows:
        """The rows to count them off by the keys of a tally."""
        if not is_tallied(self.actor):
            return rows_of_findings(tally, *self.conditions())
        columns = tally.metadata.tables[tally.__tablename__].c
        conditions = [tallies_seen(self.actor, tally), *self.of_place(tally)]
        keys = {name: columns[name] for name in tally.KEYS}
        return CountedRows(columns.findings.table, keys, columns.findings, conditions)

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions on `Finding`."""
        return [*self.conditions_of_scope(), Finding.voided_at.is_(None)]

    def conditions_of_scope(self) -> list[ColumnElement[bool]]:
        """The conditions on `Finding`, but for what was withdrawn."""
        return [findings_seen(self.actor), *self.of_place(Finding)]

    def of_place(self, of: type[Finding | Tally]) -> list[ColumnElement[bool]]:
        """The conditions of round and district, on findings or a tally."""
        in_round = [of.round_id == self.round_id] if self.round_id else []
        return [*in_round, of.district_id == self.district_id] if self.district_id else in_round


def rows_of_findings(tally: type[Tally], *conditions: ColumnElement[bool]) -> CountedRows:
    """Findings themselves, by what the triggers of a tally tell them apart by."""
    counted = [*conditions, *([Finding.verified_at.is_not(None)] if tally is DurationTally else [])]
    return CountedRows(FINDINGS, dict(zip(tally.KEYS, _VALUES[tally], strict=True)), _ONE, counted)


def off_findings(tally: type[Tally], *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """How many findings there are of each key of a tally: what its triggers count, as a query of the findings."""
    return rows_of_findings(tally, *conditions).summed(*tally.KEYS)


def keys_of(tally: type[Tally]) -> list[ColumnElement[Any]]:
    """The columns by which a tally tells findings apart."""
    return [getattr(tally, name) for name in tally.KEYS]


def _tenths() -> ColumnElement[int]:
    """How long it took from the notification, or else from the logging: in tenths of a day, to the nearest."""
    since = func.coalesce(Finding.notified_at, Finding.created_at, type_=Finding.created_at.type)
    took = cast(extract("epoch", Finding.verified_at), BigInteger) - cast(extract("epoch", since), BigInteger)
    return (case((took < _ZERO, _ZERO), else_=took) + _HALF) // _TENTH


# written out: with parameters, what is chosen would not be what is grouped by
_ZERO, _HALF, _TENTH = (literal_column(number, Integer) for number in ("0", "4320", "8640"))  # of a day, in seconds
_ONE = literal_column("1", Integer)
FINDINGS = Finding.metadata.tables[Finding.__tablename__]
_OVERDUE = Finding.first_overdue_at.is_not(None)
_PLACE: tuple[ColumnElement[Any], ...] = (
    *(Finding.round_id.expression, Finding.district_id.expression, Finding.organization_id == Finding.district_id),
    Finding.reported_at.is_not(None),
    *(Finding.state.expression, Finding.severity.expression, Finding.origin.expression),
)
_VALUES: dict[type[Tally], tuple[ColumnElement[Any], ...]] = {
    FindingTally: (
        *(*_PLACE, Finding.escalation_level.expression, Finding.proposed.expression, _OVERDUE),
        *(Finding.highest_level > _ZERO, Finding.checklist_item_id.expression),
    ),
    UnitTally: (*_PLACE, Finding.organization_id.expression, _OVERDUE, Finding.recurrences > _ZERO),
    DurationTally: (*_PLACE, _tenths()),
}
