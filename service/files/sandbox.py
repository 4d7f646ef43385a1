"""A process of its own for reading what strangers send: with little memory and time, without settings or secrets.

Readers written in C or Rust end the whole process when memory runs out; a worker of ours must not be that process.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

RAN_OUT: Final = 75  # exit code of a child that had too little memory
MEGABYTE = 1024 * 1024


class Overrun(Exception):
    """The content asked for more memory or time than it got."""


class Broken(Exception):
    """The reader failed on the content."""


def run_confined(reader: str, content: bytes, *, megabytes: int, seconds: int, wait: float | None = None) -> bytes:
    """Call the reader («module:function», bytes → bytes) with the content in a process of its own; returns its bytes.

    `megabytes` bounds its address space, `seconds` its processor time, and `wait` the seconds until it answers, which
    are twice its processor time when left out. Raises `Overrun` or `Broken`; its standard error is dropped.
    """
    command = [sys.executable, "-P", "-m", "service.files.sandbox", reader, str(megabytes), str(seconds)]
    try:
        done = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "PYTHONUTF8": "1"},
            timeout=wait or 2 * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Overrun from error
    if done.returncode < 0 or done.returncode == RAN_OUT:  # killed by a limit, or by itself when memory ran out
        raise Overrun
    if done.returncode:
        raise Broken
    return done.stdout


def _read(reader: str, megabytes: int, seconds: int) -> None:
    """The child: take the limits, read, answer."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, megabytes * MEGABYTE)
    module, _, name = reader.partition(":")
    read: Callable[[bytes], bytes] = getattr(import_module(module), name)
    try:
        sys.stdout.buffer.write(read(sys.stdin.buffer.read()))
        sys.stdout.buffer.flush()
    except MemoryError:
        os._exit(RAN_OUT)  # even the way out of Python may want memory


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    _read(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
