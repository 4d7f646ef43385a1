"""A ledger as it is ordered, kept until a worker writes it, and written: row by row to the sheets of a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, BinaryIO

import msgspec
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.findings.list import FindingFilter
from service.ledger.columns import LedgerReader, columns_for
from service.ledger.filters import filter_in_words
from service.ledger.rows import LedgerRow, ledger_rows
from service.ledger.workbook import LedgerBook
from service.rounds.rulebooks import all_policies, calendar_in_force
from service.store.db import take_time
from workflows.findings.facts import Actor

MOST_ROWS = 1_000_000  # a sheet of Excel ends soon after


@dataclass(frozen=True, slots=True)
class LedgerOrder:
    """Which findings are wanted, and how they are put down."""

    wanted: FindingFilter
    language: str = "zh"  # or en
    sheet_per_district: bool = False


class PlacedOrder(msgspec.Struct, frozen=True):
    """An order with the scope that the requester had then, and the moment.

    It is made with that scope, and fetched only while today's still holds it.
    """

    order: LedgerOrder
    actor: Actor
    at: datetime


def order_as_json(order: LedgerOrder, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """A placed order as plain data for a column of JSON; equal orders give equal data."""
    data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(PlacedOrder(order, actor, now)))
    for post in (data["actor"], *data["actor"]["others"]):
        post["assigned"].sort()  # a set has no order of its own
    return data


def order_from_json(data: Mapping[str, Any]) -> PlacedOrder:
    """The placed order that `order_as_json` made plain data of."""
    return msgspec.convert(data, PlacedOrder)


def write_ledger(
    session: Session,
    stream: BinaryIO,
    order: LedgerOrder,
    *,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] = lambda _percent: None,
) -> int:
    """Write the findings that the actor sees to an Excel file, and return how many; `now` is when it was asked for.

    `progress` is called with each percent. Equal rows and `now` give equal bytes. Raises InvalidInput on `filters` when
    a sheet of Excel cannot hold them.
    """
    take_time(session)
    above = {version: policy.offices.above for version, policy in all_policies(session).items()}
    reader = LedgerReader(actor, order.language, now, calendar_in_force(session).zone, above)
    columns = columns_for(reader, voided=order.wanted.voided)
    filters = filter_in_words(session, order.wanted, reader)
    rows = ledger_rows(session, order.wanted, actor=actor, now=now, by_district=order.sheet_per_district)
    done = 0
    with LedgerBook(stream, columns, reader) as book:
        for district, several in groupby(rows, lambda row: row.district if order.sheet_per_district else None):
            for place, row in enumerate(several):
                if place == 0:
                    _begin(book, row, district, filters)
                book.add([column.cell(row, reader) for column in columns], light=reader.light(row))
                done += 1
                if done * 100 // row.of_all > (done - 1) * 100 // row.of_all:
                    progress(done * 100 // row.of_all)
        if not done:
            book.add_sheet(reader.phrase("title"), filters, 0)
    return done


def _begin(book: LedgerBook, first: LedgerRow, district: str | None, filters: str) -> None:
    """Add the sheet that this row is the first of."""
    count = first.of_district if district else first.of_all
    if count > MOST_ROWS:
        raise InvalidInput({"filters": "too_many_rows"}, most=MOST_ROWS)
    book.add_sheet(district or book.reader.phrase("title"), filters, count)
