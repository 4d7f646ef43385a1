"""Lines of the log are ours alone: what somebody else typed neither ends one nor steers a terminal."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from cli.logs import WITH_PRIORITY, configure_logging

FORGED = "wang\n2026-05-08T09:00:00Z info signed_in account=admin"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    handlers, level, structured = logging.root.handlers[:], logging.root.level, structlog.get_config()
    yield
    logging.root.handlers[:], logging.root.level = handlers, level
    structlog.configure(**structured)


@pytest.fixture(params=[None, "8:1234"], ids=["timed", "journald"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.delenv(WITH_PRIORITY, raising=False)
    if request.param:
        monkeypatch.setenv(WITH_PRIORITY, request.param)
    configure_logging()
    return stream


def test_a_line_end_or_escape_in_a_value_is_told_and_not_done(written: io.StringIO) -> None:
    structlog.get_logger().info("refused", name=FORGED, device="\x1b[2J", plain="王某")
    logging.getLogger("a library").warning("could not read %s", FORGED + "\x1b[2J")
    first, second = written.getvalue().splitlines()
    assert r"name='wang\n2026-05-08T09:00:00Z info signed_in account=admin' device='\x1b[2J' plain=王某" in first
    assert second.endswith(r"could not read wang\n2026-05-08T09:00:00Z info signed_in account=admin\x1b[2J")


def test_no_line_of_a_traceback_begins_like_one_of_ours(written: io.StringIO) -> None:
    try:
        _fail()
    except ValueError:
        structlog.get_logger().exception("failed")
    _, *trace = written.getvalue().splitlines()
    assert any("signed_in" in line for line in trace)
    assert all(line.removeprefix("<3>").startswith("  ") for line in trace)


def _fail() -> None:
    raise ValueError(FORGED)
