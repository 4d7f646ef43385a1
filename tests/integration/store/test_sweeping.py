"""The net under every sweep: what fails is set aside, and what has to wait for a lock is not."""

import sqlite3
from collections.abc import Sequence

import pytest
from psycopg import errors
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.store.sweeping import write_each


def test_rows_whose_lock_is_not_granted_in_time_are_left_for_the_next_tick(session: Session) -> None:
    aside: list[int] = []

    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorname = "SQLITE_BUSY"
    causes: list[Exception] = [busy, errors.LockNotAvailable("lock timeout"), errors.DeadlockDetected("deadlock")]

    def write(_: Sequence[int]) -> None:
        raise OperationalError("UPDATE", {}, causes[-1])

    while causes:
        with pytest.raises(OperationalError):
            write_each(session, [1, 2, 3], lambda row: row, write, lambda row, _: aside.append(row))
        causes.pop()
    assert aside == []


def test_what_only_one_row_cannot_do_keeps_none_of_the_others(session: Session) -> None:
    aside: list[int] = []

    def write(rows: Sequence[int]) -> None:
        if 2 in rows:
            raise ValueError(rows)

    written, failed = write_each(session, [1, 2, 3], lambda row: row, write, lambda row, _: aside.append(row))
    assert ([row for row, _ in written], failed, aside) == ([1, 3], 1, [2])
