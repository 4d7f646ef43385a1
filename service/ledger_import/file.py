"""The file of an import: looked through, then read by a process that may run out of memory without harm to ours."""

from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from service.errors import InvalidInput
from service.files.office_files import WORKBOOK, check_package
from service.files.sandbox import Broken, Overrun, run_confined
from service.files.spreadsheets import MOST_ROWS, Sheet, Workbook

READER = "service.files.spreadsheets:read_workbook"
MEGABYTES, SECONDS = 512, 4
WAIT = 4.5  # seconds: the request's transaction is open, and another writer of SQLite waits for 5


def read_sheets(stream: BinaryIO) -> Sequence[Sheet]:
    """The sheets of an Excel file; InvalidInput on `file` when it is none, is hostile, or holds too much."""
    check_package(stream, WORKBOOK)
    try:
        read = run_confined(READER, stream.read(), megabytes=MEGABYTES, seconds=SECONDS, wait=WAIT)
    except Overrun as error:
        raise InvalidInput({"file": "file_out_of_proportion"}, format=WORKBOOK.suffix) from error
    except Broken as error:
        raise InvalidInput({"file": "file_damaged"}, format=WORKBOOK.suffix) from error
    workbook = msgspec.json.decode(read, type=Workbook)
    if workbook.too_long:
        raise InvalidInput({"file": "too_many_lines"}, most=MOST_ROWS)
    return workbook.sheets
