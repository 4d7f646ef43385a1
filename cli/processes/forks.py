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
from itertools import pairwise
from typing import IO

from cli.commands import uncollected
from cli.processes.child_processes import LIBC, Child, Process, die_with_parent, duban_command
from service.settings import Settings
from service.store.transaction import transaction
from workers.jobs import next_swept_at
from workers.stop import SIGNALS

PR_SET_NAME = 15
STDIN, STDOUT, STDERR = 0, 1, 2
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

    def __init__(self, name: str, words: Sequence[str], environ: Mapping[str, str], pass_fds: Sequence[int]) -> None:
        reader, writer = os.pipe()
        self.stdout: IO[bytes] | None = os.fdopen(reader, "rb", buffering=0)
        self._process = multiprocessing.get_context("fork").Process(
            target=_run, args=(name, words, environ, writer, pass_fds, os.getpid())
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
    """A child whose command is one of `duban`, without the program's name."""

    has_begun: bool = False

    def launch(self) -> Process:
        """Begin as a copy of this process, which must have one thread and no connection to a database.

        Whoever is started again is a new process: the program may have been exchanged meanwhile, and a copy is of the
        former one.
        """
        if self.has_begun:
            return Child(self.name, duban_command(*self.command), self.environ, self.pass_fds).launch()
        self.has_begun = True
        return ForkedProcess(self.name, self.command, self.environ, self.pass_fds)


def _run(
    name: str, words: Sequence[str], environ: Mapping[str, str], output: int, pass_fds: Sequence[int], parent: int
) -> None:
    """Become the child, in the new process: a session, signals, streams and environment of its own; never returns."""
    os.setsid()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    die_with_parent()
    if os.getppid() != parent:  # it ended before the kernel knew our wish
        os.kill(os.getpid(), signal.SIGKILL)
    _keep_descriptors(output, pass_fds)
    sys.stdin = open(STDIN, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(STDOUT, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = open(STDERR, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environ)
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_NAME, ctypes.c_char_p(f"duban {name}".encode()), 0, 0, 0)
    from cli.main import main  # noqa: PLC0415 - it imports commands, among them whoever imports this

    main(list(words), prog_name="duban")


def _keep_descriptors(output: int, kept: Sequence[int]) -> None:
    """Nothing to read, one place to write, and those to be kept: what else the parent has open ends with the parent."""
    gc.collect()  # garbage that has a descriptor would close its number later, when it is somebody else's
    for descriptor in (STDOUT, STDERR):
        os.dup2(output, descriptor)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    bounds = [STDERR, *sorted(kept), os.sysconf("SC_OPEN_MAX")]
    for before, after in pairwise(bounds):
        os.closerange(before + 1, after)
