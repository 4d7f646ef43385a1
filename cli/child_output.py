"""The output of child processes in one terminal: a line says when, which process, and what."""

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
    """The environment of a child whose lines `print_line` shows: it marks their urgency and leaves out the time."""
    return {**environ, WITH_PRIORITY: "duban", "PYTHONUNBUFFERED": "1"}


def print_line(name: str, line: str) -> None:
    """Print one line of a child on standard error: with its priority under systemd, else with time and colour."""
    marked = _MARKED.fullmatch(line)
    priority, text = (int(marked[1]), marked[2]) if marked else (6, line)
    if os.environ.get(WITH_PRIORITY):
        click.echo(f"<{priority}>{name}: {text}", err=True)
        return
    at = _now(None, "", {})["at"]
    click.echo(click.style(f"{at} {name:<9} | ", dim=True) + click.style(text, fg=_COLOURS.get(priority)), err=True)
