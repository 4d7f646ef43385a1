"""The process that `sandbox` starts: it takes its limits, reads, and answers. It loads nothing but its reader."""

import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

RAN_OUT: Final = 75  # exit code when there was too little memory
GIVES_WAY = 5  # niceness: web, worker and timetable come first, yet it gets its turn
MEGABYTE = 1024 * 1024


def _read(reader: str, megabytes: int, seconds: int) -> None:
    os.nice(GIVES_WAY)
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
