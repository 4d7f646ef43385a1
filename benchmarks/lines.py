"""What a benchmark prints: figures with their spread, each with its bar, and whether it passes."""

import statistics
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure, measured several times; the bar is the most that it may be, or with `at_least` the least."""

    name: str
    figures: Sequence[float]
    bar: float | None = None
    at_least: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.figures)

    @property
    def verdict(self) -> str:
        """`pass` or `FAIL`; empty for a figure without a bar."""
        if self.bar is None:
            return ""
        return "pass" if (self.median >= self.bar if self.at_least else self.median <= self.bar) else "FAIL"

    def __str__(self) -> str:
        spread = f"({min(self.figures):.2f} – {max(self.figures):.2f})" if len(self.figures) > 1 else ""
        bar = "" if self.bar is None else f"{'≥' if self.at_least else '≤'} {self.bar:g}"
        return f"{self.name:58} {self.median:10.2f}  {spread:22} {bar:8} {self.verdict}".rstrip()


@dataclass(frozen=True, slots=True)
class Missing:
    """A line that could not be measured here, and why."""

    name: str
    why: str

    @property
    def verdict(self) -> str:
        return "not measured"

    def __str__(self) -> str:
        return f"{self.name:58} not measured: {self.why}"


@dataclass(slots=True)
class Table:
    """Prints lines as they come, and appends them to `RESULTS.md` with date and commit."""

    verdicts: Counter[str] = field(default_factory=Counter)

    def begin(self, options: str) -> None:
        """Head a run with its date, commit, machine and options."""
        self._say(f"\n## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_commit()}, {_machine()}: {options}\n")

    def write(self, title: str, lines: Iterable[Line | Missing]) -> None:
        """Write the lines of one subject, each as soon as it is measured."""
        self._say(f"\n### {title}\n\n```")
        try:
            for line in lines:
                self.verdicts[line.verdict] += 1
                self._say(str(line))
        finally:
            self._say("```")

    def end(self) -> None:
        """Sum the verdicts up."""
        named = {name: many for name, many in self.verdicts.items() if name}
        self._say("\n" + ", ".join(f"{many} {name}" for name, many in sorted(named.items())) + ".")

    def _say(self, text: str) -> None:
        print(text, flush=True)
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write(f"{text}\n")


def _commit() -> str:
    """The commit measured; with a plus sign when files other than the results differ from it."""
    told = _git("rev-parse", "--short", "HEAD") or "unknown"
    return told + ("+" if _git("status", "--porcelain", "--", ":!benchmarks/RESULTS.md") else "")


def _git(*words: str) -> str:
    said = subprocess.run(
        ["git", *words],  # noqa: S607 - whichever git there is
        capture_output=True,
        text=True,
        check=False,
        cwd=RESULTS.parent.parent,
    )
    return said.stdout.strip()


def _machine() -> str:
    """Processors, and how busy they were during the last minute."""
    busy = Path("/proc/loadavg").read_text(encoding="ascii").split()[0]
    cores = Path("/proc/cpuinfo").read_text(encoding="utf-8").count("processor\t")
    return f"{cores} cores, load {busy}"
