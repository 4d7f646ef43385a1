"""The root of the command line; commands, and what only they need, are imported at first use."""

import os
import sys
from io import TextIOWrapper
from typing import Any

import click

from cli.commands import COMMANDS, LazyCommands

PRIVATE = 0o077


class Duban(click.Group):
    """The root: an expected error ends in one sentence and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of `COMMANDS`."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """The list of commands, of which none is imported for it."""
        room = formatter.width - 6 - max(map(len, COMMANDS))
        listed = [
            (name, click.Command(name, help=place.sentence).get_short_help_str(room))
            for name, place in COMMANDS.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(listed)

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
        from cli.errors import click_exceptions  # noqa: PLC0415 - neither does --help

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
        from service.settings import data_folder  # noqa: PLC0415
        from service.wording.names import read_names  # noqa: PLC0415
        from service.wording.texts import take_names  # noqa: PLC0415

        take_names(read_names(data_folder(os.environ)))


if __name__ == "__main__":
    main()
