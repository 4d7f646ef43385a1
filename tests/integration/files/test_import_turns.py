"""Imports take turns by organization, within and between processes, and a turn ends with whoever held it."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.errors import Conflict
from service.files.import_turns import A_MINUTE, MOST, import_turn

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
HELD = (
    "import sys, time; from datetime import datetime, UTC; from pathlib import Path;"
    "from service.files.import_turns import import_turn;"
    "turn = import_turn(Path(sys.argv[1]), 'college', now=datetime(2026, 5, 20, tzinfo=UTC)); turn.__enter__();"
    "print('held', flush=True); time.sleep(60)"
)


def test_one_at_a_time_of_an_organization_and_another_beside_it(tmp_path: Path) -> None:
    first, beside = import_turn(tmp_path, "college", now=NOW), import_turn(tmp_path, "neighbour", now=NOW)
    second = import_turn(tmp_path, "college", now=NOW)
    with first, beside, pytest.raises(Conflict, match="import_under_way"), second:
        pass
    with import_turn(tmp_path, "college", now=NOW):
        pass


def test_so_many_a_minute_and_then_again(tmp_path: Path) -> None:
    for _ in range(MOST):
        with import_turn(tmp_path, "college", now=NOW):
            pass
    with pytest.raises(Conflict, match="too_many_imports"), import_turn(tmp_path, "college", now=NOW):
        pass
    with import_turn(tmp_path, "college", now=NOW + A_MINUTE):
        pass


def test_a_turn_ends_with_the_process_that_held_it(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HELD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    with pytest.raises(Conflict, match="import_under_way"), import_turn(tmp_path, "college", now=NOW):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with import_turn(tmp_path, "college", now=NOW):
        pass


def test_what_a_crash_has_left_half_written_stops_nobody(tmp_path: Path) -> None:
    with import_turn(tmp_path, "college", now=NOW):
        pass
    (tmp_path / "imports" / "college").write_text("2026-05-20T09:00:0\n2026-0")
    with import_turn(tmp_path, "college", now=NOW + timedelta(seconds=1)):
        pass
