"""Reading in a process of its own: what ends it, what it is told apart by, and that it keeps no writer waiting."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from service.errors import Unavailable
from service.files.office_files import WORKBOOK, read_package
from service.files.sandbox import Broken, Overrun, TooSlow, run_confined
from service.write_lock import WriteTransactionOpen, began, ended
from tests.fakes import readers
from tests.unit.files.test_office_files import zipped

RunAs = Callable[[bytes], bytes]


def name_of(reader: RunAs) -> str:
    return f"{readers.__name__}:{reader.__name__}"


def run(reader: RunAs, **limits: Any) -> bytes:
    return run_confined(name_of(reader), b"x" * 1000, **{"megabytes": 200, "seconds": 1, "wait": 60, **limits})


@pytest.mark.parametrize("reader", [readers.spin, readers.hoard])
def test_a_reader_that_takes_too_much_is_stopped(reader: RunAs) -> None:
    with pytest.raises(Overrun):
        run(reader)


def test_a_reader_that_got_no_turn_is_late_and_its_file_is_not_blamed() -> None:
    with pytest.raises(TooSlow):
        run(readers.wait, wait=0.5)
    with pytest.raises(Unavailable, match="reading_too_slow"):
        read_package(name_of(readers.wait), io.BytesIO(zipped()), WORKBOOK, megabytes=200, seconds=1, wait=0.5)


def test_a_reader_that_fails_says_so_inherits_no_settings_and_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Broken):
        run(readers.fail)
    monkeypatch.setenv("DUBAN_SECRET_KEY", "geheim" * 10)
    said = run(readers.look_around).decode()
    assert "DUBAN" not in said
    assert said.endswith("nice=5 (0, 0)")


class Connection:
    """Stands for one over which something is written."""


def test_nothing_is_read_while_this_thread_writes() -> None:
    writing = Connection()
    began(writing)
    try:
        with pytest.raises(WriteTransactionOpen, match="look_around"):
            run(readers.look_around)
    finally:
        ended(writing)
    run(readers.look_around)
