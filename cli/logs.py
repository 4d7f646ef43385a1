"""Logs of processes: one line an event, on standard error."""

import logging
import os
import sys
from types import MappingProxyType

import structlog
from structlog.typing import EventDict, Processor

# systemd reads the urgency from the start of the line (sd-daemon(3)) and knows the time itself; so does `duban up`.
WITH_PRIORITY = "JOURNAL_STREAM"
PRIORITIES = MappingProxyType({"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7})
QUIET = ("alembic", "rq", "rq.worker", "rq.job", "redis", "transitions")  # a line for every tick or move is too many


def configure_logging() -> None:
    """Send structlog's events and the logs of libraries to standard error in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.ExceptionRenderer(),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers()],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _renderers() -> list[Processor]:
    if os.environ.get(WITH_PRIORITY):
        return [_prioritized_line]
    return [structlog.processors.TimeStamper(fmt="iso", utc=True), _timed_line]


def _timed_line(_logger: object, _name: str, event: EventDict) -> str:
    """`2026-05-08T09:00:00Z info swept findings=3`."""
    return f"{event.pop('timestamp')} {event.pop('level', 'info')} {_line(event)}"


def _prioritized_line(_logger: object, _name: str, event: EventDict) -> str:
    """`<6>swept findings=3`, and so each line of a traceback."""
    mark = f"<{PRIORITIES.get(event.pop('level', 'info'), 6)}>"
    return "\n".join(mark + line for line in _line(event).splitlines() or [""])


def _line(event: EventDict) -> str:
    """One line, and those of a traceback indented: whatever somebody typed, none begins like one of ours."""
    name, trace = event.pop("event"), event.pop("exception", None)
    particulars = (f"{key}={_value(value)}" for key, value in event.items())
    lines = map(_printable, str(trace).splitlines() if trace else [])
    return "\n  ".join([" ".join([_printable(str(name)), *particulars]), *lines])


def _value(value: object) -> str:
    text = str(value)
    return text if text and text.isprintable() and not any(char in ' ="' for char in text) else repr(text)


def _printable(text: str) -> str:
    """The text with what steers terminals, or ends a line, told instead of done."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
