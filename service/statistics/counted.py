"""Which findings count for whom, and how many there are of each kind: off the tallies, or off findings themselves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
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

    def by(self, tally: type[Tally]) -> Subquery:
        """Rows with the keys of a tally and, as `findings`, numbers that are to be added up."""
        if not is_tallied(self.actor):
            return off_findings(tally, *self.conditions()).subquery()
        conditions = [tallies_seen(self.actor, tally), *self.of_place(tally)]
        return select(*keys_of(tally), tally.findings).where(*conditions).subquery()

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


def off_findings(tally: type[Tally], *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """How many findings there are of each key of a tally: what its triggers count, as a query of the findings."""
    values = _VALUES[tally]
    counted = [*conditions, *([Finding.verified_at.is_not(None)] if tally is DurationTally else [])]
    keys = [value.label(name) for name, value in zip(tally.KEYS, values, strict=True)]
    return select(*keys, func.count().label("findings")).where(*counted).group_by(*values)


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
