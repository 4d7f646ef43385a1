"""The root of the command line; modules of commands are imported at first use."""

import importlib
import os
import sys
from collections import UserDict
from io import TextIOWrapper
from typing import Any

import click

from cli.errors import click_exceptions
from service.settings import data_folder
from service.wording.names import read_names
from service.wording.texts import take_names

PRIVATE = 0o077
COMMANDS = {
    "init": "cli.init:init",
    "up": "cli.up:up",
    "demo": "cli.demo:demo",
    "web": "cli.web:web",
    "worker": "cli.workers:worker",
    "timetable": "cli.workers:timetable",
    "watchdog": "cli.workers:watchdog",
    "db": "cli.db:db",
    "sweep": "cli.sweep:sweep",
    "round": "cli.round:round_",
    "notice": "cli.notice:notice",
    "policy": "cli.policy:policy",
    "calendar": "cli.calendar:calendar",
    "organization": "cli.organizations:organization",
    "people": "cli.people.people:people",
    "ledger": "cli.ledger:ledger",
    "token": "cli.tokens:token",
    "audit": "cli.proof.audit:audit",
    "secret-key": "cli.proof.secret_key:secret_key",
    "security-log": "cli.proof.security_log:security_log",
    "retention": "cli.retention:retention",
    "mail": "cli.mail:mail",
    "queue": "cli.queues:queue",
    "backup": "cli.backups.backup:backup",
    "restore": "cli.backups.restore:restore_",
    "hold": "cli.backups.hold:hold_",
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

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command; a sign that the terminal or log has no code for is replaced, and ends nothing.

        Whatever it or a process that it starts writes is readable by its owner alone.
        """
        os.umask(PRIVATE)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with click_exceptions():
            return super().invoke(ctx)


@click.command(cls=Duban, commands=LazyCommands(COMMANDS), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duban", prog_name="duban")
@click.pass_context
def main(context: click.Context) -> None:
    """督办：督查发现的问题跟踪到底，整改不到位逐级上报。 / Every finding is followed until it is put right.

    各项设置取自环境变量（DUBAN_DATABASE_URL、DUBAN_DATA_DIR 等），见 README。
    Settings come from the environment (DUBAN_DATABASE_URL, DUBAN_DATA_DIR …; see the README).
    """
    if context.invoked_subcommand != "up":  # which may be told another folder
        take_names(read_names(data_folder(os.environ)))


if __name__ == "__main__":
    main()
