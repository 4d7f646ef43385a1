"""Readers for a process of their own, which loads this module: the standard library alone, to start at once."""

import os
import resource
import time


def spin(_content: bytes) -> bytes:
    """Take processor time without end."""
    while True:
        pass


def hoard(content: bytes) -> bytes:
    """Take memory without end."""
    return b"".join(content for _ in range(10_000_000))


def wait(_content: bytes) -> bytes:
    """Take neither: the machine has other work."""
    time.sleep(60)
    return b""


def look_around(_content: bytes) -> bytes:
    """What a reader could see, and how it runs."""
    return " ".join([*os.environ, f"nice={os.nice(0)}", str(resource.getrlimit(resource.RLIMIT_CORE))]).encode()


def fail(_content: bytes) -> bytes:
    """Fail as a parser does."""
    raise ValueError
