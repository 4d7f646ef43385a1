"""The root of the command line; modules of commands are imported at first use."""

import importlib
from collections.abc import Iterator, MutableMapping
from typing import Any

import click

from cli.errors import click_exceptions

COMMANDS = {
    "init": "cli.init:init",
    "up": "cli.up:up",
    "demo": "cli.demo:demo",
    "web": "cli.web:web",
    "worker": "cli.workers:worker",
    "timetable": "cli.workers:timetable",
    "db": "cli.db:db",
    "sweep": "cli.sweep:sweep",
    "round": "cli.round:round_",
    "notice": "cli.notice:notice",
    "people": "cli.people:people",
    "ledger": "cli.ledger:ledger",
    "token": "cli.tokens:token",
    "audit": "cli.audit:audit",
    "doctor": "cli.doctor:doctor",
}


class LazyCommands(MutableMapping[str, click.Command]):
    """Commands by name, imported at first use, so that a worker does not wait for Flask."""

    def __init__(self, places: MutableMapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self._places[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        raise TypeError(f"{name} belongs into COMMANDS")

    def __delitem__(self, name: str) -> None:
        del self._places[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Duban(click.Group):
    """The root: an expected error ends in one sentence and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of `COMMANDS`."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        with click_exceptions():
            return super().invoke(ctx)


@click.command(cls=Duban, commands=LazyCommands(COMMANDS), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duban", prog_name="duban")
def main() -> None:
    """督办：督查发现的问题跟踪到底，整改不到位逐级上报。 / Every finding is followed until it is put right.

    各项设置取自环境变量（DUBAN_DATABASE_URL、DUBAN_DATA_DIR 等），见 README。
    Settings come from the environment (DUBAN_DATABASE_URL, DUBAN_DATA_DIR …; see the README).
    """


if __name__ == "__main__":
    main()
