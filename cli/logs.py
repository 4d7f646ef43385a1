"""What processes write while they run: one line an event, on standard error."""

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
    """Send structlog's events and every library's log the same way."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.ExceptionRenderer(),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering()],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _rendering() -> list[Processor]:
    if os.environ.get(WITH_PRIORITY):
        return [_with_priority]
    return [structlog.processors.TimeStamper(fmt="iso", utc=True), _plain]


def _plain(_logger: object, _name: str, event: EventDict) -> str:
    """`2026-05-08T09:00:00Z info swept findings=3`."""
    return f"{event.pop('timestamp')} {event.pop('level', 'info')} {_line(event)}"


def _with_priority(_logger: object, _name: str, event: EventDict) -> str:
    """`<6>swept findings=3`, and so each line of a traceback."""
    mark = f"<{PRIORITIES.get(event.pop('level', 'info'), 6)}>"
    return "\n".join(mark + line for line in _line(event).splitlines() or [""])


def _line(event: EventDict) -> str:
    said, trace = event.pop("event"), event.pop("exception", None)
    particulars = (f"{name}={_value(value)}" for name, value in event.items())
    return " ".join([str(said), *particulars]) + (f"\n{trace}" if trace else "")


def _value(value: object) -> str:
    text = str(value)
    return text if text and not any(char.isspace() or char in '="' for char in text) else repr(text)
