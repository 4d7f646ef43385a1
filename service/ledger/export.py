"""Writing a ledger: the rows of the database to the sheets of a file, one by one."""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import BinaryIO

from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.ledger.columns import LedgerReader, columns_for
from service.ledger.filters import filter_in_words
from service.ledger.order import LedgerOrder
from service.ledger.rows import LedgerRow, ledger_rows
from service.ledger.workbook import LedgerBook, LedgerSheet
from service.rounds.rulebooks import calendar_in_force
from service.store.db import take_time
from workflows.findings.facts import Actor

MOST_ROWS = 1_000_000  # a sheet of Excel ends soon after


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
    reader = LedgerReader(actor, order.language, now)
    zone = calendar_in_force(session).zone
    columns = columns_for(reader, voided=order.wanted.voided)
    filters = filter_in_words(session, order.wanted, reader, zone)
    rows = ledger_rows(session, order.wanted, actor=actor, now=now, by_district=order.sheet_per_district)
    done = 0
    with LedgerBook(stream, columns, reader, zone) as book:
        for district, several in groupby(rows, lambda row: row.district if order.sheet_per_district else None):
            sheet = None
            for row in several:
                sheet = sheet or _begin(book, row, district, filters)
                sheet.add([column.cell(row, reader) for column in columns], light=reader.light(row))
                done += 1
                if done * 100 // row.of_all > (done - 1) * 100 // row.of_all:
                    progress(done * 100 // row.of_all)
        if not done:
            book.add_sheet(reader.phrase("title"), filters, 0)
    return done


def _begin(book: LedgerBook, first: LedgerRow, district: str | None, filters: str) -> LedgerSheet:
    """Add the sheet that this row is the first of."""
    count = first.of_district if district else first.of_all
    if count > MOST_ROWS:
        raise InvalidInput({"filters": "too_many_rows"}, most=MOST_ROWS)
    return book.add_sheet(district or book.reader.phrase("title"), filters, count)
