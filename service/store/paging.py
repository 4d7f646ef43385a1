"""Keyset pages: a cursor names the last row seen, so that pages neither skip nor repeat when rows come in."""

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Date, Integer, Select, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.base import ExecutableOption

from service.errors import InvalidInput
from service.models.columns import Base, Instant

Row = TypeVar("Row")
Value = TypeVar("Value")
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 200
LONGEST_CURSOR = 2000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor of the next page; none when this is the last."""

    items: Sequence[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: by a column without nulls, then by id, both ascending or both descending."""

    column: ColumnElement[Any]
    id: ColumnElement[Any]
    value: Any  # row → the value of the column
    descending: bool = False


def ordered_by(column: InstrumentedAttribute[Any], *, descending: bool = False) -> Order:
    """The order by a column without nulls; descending by an instant: the newest first."""
    return Order(column.expression, column.class_.id.expression, attrgetter(column.key), descending)


def columns_equal(table: type[Base], wanted: object, *names: str) -> list[ColumnElement[bool]]:
    """That columns of a table have one of the values that a filter has under their names; no value does not filter."""
    values = {name: alternatives(getattr(wanted, name)) for name in names}
    return [getattr(table, name).in_(those) for name, those in values.items() if those]


def alternatives(wanted: Value | tuple[Value, ...] | None) -> tuple[Value, ...]:
    """The values that a filter lets through: several, one, or none, which filters nothing."""
    if wanted is None:
        return ()
    return wanted if isinstance(wanted, tuple) else (wanted,)


def page(
    session: Session,
    query: Select[Any],
    order: Order,
    *,
    cursor: str | None,
    limit: int,
    around: Sequence[ExecutableOption] | None = None,
) -> Page[Any]:
    """The rows after the cursor; raises `InvalidInput` for a cursor that this list never gave out.

    `around` is what is loaded along: it is joined to the rows of the page, whatever the planner thinks of the table.
    """
    if cursor:
        query = query.where(_after(order, *_read(order, cursor)))
    direction = (order.column.desc(), order.id.desc()) if order.descending else (order.column.asc(), order.id.asc())
    chosen = query.order_by(*direction).limit(limit + 1)
    rows: Sequence[Any] = session.scalars(_with(chosen, around) if around else chosen).unique().all()
    if around:
        rows = sorted(rows, key=lambda row: (order.value(row), row.id), reverse=order.descending)
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, _write(order.value(rows[-1]), rows[-1].id) if more else None)


def _with(chosen: Select[Any], around: Sequence[ExecutableOption]) -> Select[Any]:
    """The chosen rows with what is loaded along; in no order: a join need not keep one."""
    entity = chosen.column_descriptions[0]["entity"]
    ids = chosen.with_only_columns(entity.id).subquery()
    return select(entity).join(ids, ids.c.id == entity.id).options(*around)


def _after(order: Order, value: Any, id_: str) -> ColumnElement[bool]:
    """One comparison of pairs, which an index on both can answer from its middle."""
    here = tuple_(order.column, order.id)
    last = tuple_(literal(value, order.column.type), literal(id_, order.id.type))
    return here < last if order.descending else here > last


def _of_type(order: Order, text: Any) -> Any:
    if isinstance(order.column.type, Integer):
        return int.from_bytes(text.to_bytes(4))  # OverflowError for what no column holds, AttributeError for no number
    if isinstance(order.column.type, Instant):
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if isinstance(order.column.type, Date) else text


def _write(value: Any, id_: str) -> str:
    if isinstance(value, date):
        value = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()
    return base64.urlsafe_b64encode(json.dumps([value, id_], ensure_ascii=False).encode()).decode()


def _read(order: Order, cursor: str) -> tuple[Any, str]:
    try:
        text, id_ = json.loads(base64.urlsafe_b64decode(cursor[:LONGEST_CURSOR].encode()))
        value = _of_type(order, text)
        as_written = _write(value, str(uuid.UUID(id_))) == cursor and "\0" not in str(text)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error) as error:
        raise InvalidInput({"cursor": "unknown_cursor"}) from error
    if not as_written:
        raise InvalidInput({"cursor": "unknown_cursor"})
    return value, id_
