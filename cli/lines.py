"""The lines of several processes in one terminal: when, who, what."""

import os
import re
from collections.abc import Mapping

import click
import structlog

from cli.logs import WITH_PRIORITY

_MARKED = re.compile(r"<([0-7])>(.*)", re.DOTALL)
_COLOURS = {2: "red", 3: "red", 4: "yellow"}
_now = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False, key="at")


def child_environ(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a child whose lines are read here: it marks their urgency and leaves the time to us."""
    return {**environ, WITH_PRIORITY: "duban", "PYTHONUNBUFFERED": "1"}


def say(name: str, line: str) -> None:
    """Print one line of a child; for systemd as it wants it, else for people."""
    marked = _MARKED.fullmatch(line)
    priority, text = (int(marked[1]), marked[2]) if marked else (6, line)
    if os.environ.get(WITH_PRIORITY):
        click.echo(f"<{priority}>{name}: {text}", err=True)
        return
    at = _now(None, "", {})["at"]
    click.echo(click.style(f"{at} {name:<9} | ", dim=True) + click.style(text, fg=_COLOURS.get(priority)), err=True)
