"""`duban` as a real process: started, stopped, killed, its lines read; it never outlives the test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_WITHIN = 60.0


class Duban:
    """One `duban` command; its lines land in a file of `folder`."""

    def __init__(self, *words: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.words = words
        self._file = folder / f"{'-'.join(words).replace('/', '_')[:60]}-{time.monotonic_ns()}.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DUBAN_", "JOURNAL_"))}
        with self._file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cli.main", *words],
                env={**clean, **settings},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self) -> str:
        """What it has said so far."""
        return self._file.read_text(errors="replace")

    def says(self, words: str, within: float = START_WITHIN) -> Self:
        """Wait until it has said so; fails when it ends or takes too long."""
        ended = eventually(lambda: words in self.log() or self.process.poll() is not None, within)
        assert ended, f"no {words!r} after {within:.0f} s: {self.log()}"
        assert words in self.log(), f"ended with {self.process.poll()} before {words!r}: {self.log()}"
        return self

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 60) -> int:
        """Ask it to stop; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(within)

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(45)
            except subprocess.TimeoutExpired:
                self.kill()


def eventually(holds: Callable[[], Any], within: float = 30) -> bool:
    """Whether it holds before the time is up."""
    patience = time.monotonic() + within
    while not holds():
        if time.monotonic() > patience:
            return False
        time.sleep(0.02)
    return True
