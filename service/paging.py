"""Keyset pages: a cursor names the last row seen, so that pages neither skip nor repeat when rows come in."""

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session

from service.errors import InvalidInput

Row = TypeVar("Row")
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor of the next page; none when this is the last."""

    items: Sequence[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: a column without nulls, then the id; the same way both."""

    column: ColumnElement[Any]
    id: ColumnElement[Any]
    value: Any  # row → the value of the column
    descending: bool = False


def page(session: Session, query: Select[Any], order: Order, *, cursor: str | None, limit: int) -> Page[Any]:
    """The rows after the cursor; raises `InvalidInput` for a cursor that this list never gave out."""
    if cursor:
        query = query.where(_after(order, *_read(cursor)))
    direction = (order.column.desc(), order.id.desc()) if order.descending else (order.column.asc(), order.id.asc())
    rows = session.scalars(query.order_by(*direction).limit(limit + 1)).unique().all()
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, _write(order.value(rows[-1]), rows[-1].id) if more else None)


def _after(order: Order, value: Any, id_: str) -> ColumnElement[bool]:
    if order.descending:
        return or_(order.column < value, and_(order.column == value, order.id < id_))
    return or_(order.column > value, and_(order.column == value, order.id > id_))


def _write(value: Any, id_: str) -> str:
    text = value.isoformat() if isinstance(value, datetime) else value
    kind = "at" if isinstance(value, datetime) else "is"
    return base64.urlsafe_b64encode(json.dumps([kind, text, id_]).encode()).decode()


def _read(cursor: str) -> tuple[Any, str]:
    try:
        kind, value, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return (datetime.fromisoformat(value) if kind == "at" else str(value)), str(uuid.UUID(id_))
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise InvalidInput({"cursor": "unknown_cursor"}) from error
