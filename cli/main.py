"""The root of the command line; modules of commands are imported at first use."""

import importlib
from collections import UserDict
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
    "token": "cli.people:token",
    "audit": "cli.audit:audit",
    "doctor": "cli.doctor:doctor",
}


class LazyCommands(UserDict[str, Any]):
    """Commands by name, imported at first use, so that a worker does not wait for Flask."""

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self.data[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


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
