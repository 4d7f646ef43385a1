"""Children that begin as a copy of their parent: what it has loaded they need not load, and share its memory."""

import ctypes
import gc
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from cli.commands import uncollected
from cli.processes.child_processes import LIBC, Child, die_with_parent
from service.settings import Settings
from service.store.transaction import transaction
from workers.jobs import next_swept_at
from workers.stop import SIGNALS

PR_SET_NAME = 15
STDOUT, STDERR = 1, 2
LOADED = ("api.app", "api.serving", "cli.web", "cli.workers")  # what the children of `duban up` run


def load_for_children(settings: Settings) -> None:
    """Load what they run, map the tables and look once at what is due: what that leaves behind need not be made anew.

    No collection of garbage will touch any of it, which would copy it. No connection stays open.
    """
    with uncollected():
        for name in LOADED:
            importlib.import_module(name)
        from sqlalchemy.orm import configure_mappers  # noqa: PLC0415 - loaded by now

        configure_mappers()
    with transaction(settings, read_only=True) as session:
        next_swept_at(session)
    gc.freeze()


class ForkedProcess:
    """One that runs; like `subprocess.Popen`, as far as whoever looks after children goes."""

    def __init__(self, name: str, words: Sequence[str], environ: Mapping[str, str]) -> None:
        reader, writer = os.pipe()
        self.stdout: IO[bytes] | None = os.fdopen(reader, "rb", buffering=0)
        self._process = multiprocessing.get_context("fork").Process(
            target=_run, args=(name, words, environ, writer, os.getpid())
        )
        # a signal that comes before the child has its own handlers would run the parent's
        former = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, former)
            os.close(writer)

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self._process.pid and self.poll() is None:
            os.kill(self._process.pid, number)


@dataclass(slots=True)
class ForkedChild(Child):
    """A child whose command is one of `duban`, without the program's name; it has all descriptors of its parent."""

    def launch(self) -> ForkedProcess:
        """Begin a copy of this process, which must have one thread and no connection to a database."""
        return ForkedProcess(self.name, self.command, self.environ)


def _run(name: str, words: Sequence[str], environ: Mapping[str, str], output: int, parent: int) -> None:
    """Become the child, in the new process: a session, signals, streams and environment of its own; never returns."""
    os.setsid()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    die_with_parent()
    if os.getppid() != parent:  # it ended before the kernel knew our wish
        os.kill(os.getpid(), signal.SIGKILL)
    for descriptor in (STDOUT, STDERR):
        os.dup2(output, descriptor)
    os.close(output)
    sys.stdout = open(STDOUT, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = open(STDERR, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environ)
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_NAME, ctypes.c_char_p(f"duban {name}".encode()), 0, 0, 0)
    from cli.main import main  # noqa: PLC0415 - it imports commands, among them whoever imports this

    main(list(words), prog_name="duban")
