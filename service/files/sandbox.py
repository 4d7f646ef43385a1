"""Reading what strangers send in a process of its own: with little memory and time, without settings or secrets.

Readers written in C or Rust end the whole process when memory runs out; a worker of ours must not be that process.
"""

import os
import subprocess
import sys
from typing import Final

from service.files.reading_process import RAN_OUT
from service.write_lock import refuse_while_writing

FEW_THREADS: Final = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}  # each takes of the bounded address space


class Overrun(Exception):
    """The content asked for more memory or processor time than it got."""


class TooSlow(Exception):
    """No answer came in time, though little processor time was taken: this machine has too much else to do."""


class Broken(Exception):
    """The reader failed on the content."""


def run_confined(reader: str, content: bytes, *, megabytes: int, seconds: int, wait: float | None = None) -> bytes:
    """Call the reader («module:function», bytes → bytes) with the content in a process of its own; returns its bytes.

    `megabytes` bounds its address space, `seconds` its processor time, and `wait` the seconds until it answers, which
    are five times its processor time when left out. Raises `Overrun`, `TooSlow` or `Broken`; its standard error is
    dropped. It gives way to whatever else the machine has to do, and keeps nobody waiting who writes.
    """
    refuse_while_writing(reader)
    command = [sys.executable, "-P", "-m", "service.files.reading_process", reader, str(megabytes), str(seconds)]
    try:
        done = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "PYTHONUTF8": "1", **FEW_THREADS},
            timeout=wait or 5 * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooSlow from error
    if done.returncode < 0 or done.returncode == RAN_OUT:  # killed by a limit, or by itself when memory ran out
        raise Overrun
    if done.returncode:
        raise Broken
    return done.stdout
