"""What a benchmark prints: figures with their spread, each with its bar, and whether it passes."""

import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
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
        spread = f"{min(self.figures):.2f} – {max(self.figures):.2f}"
        bar = "" if self.bar is None else f"{'≥' if self.at_least else '≤'} {self.bar:g}"
        return f"{self.name:44} {self.median:8.2f}  ({spread})  {bar:8} {self.verdict}".rstrip()


def print_lines(title: str, lines: Sequence[Line]) -> None:
    """Print the lines, and append them to `RESULTS.md` with date and commit."""
    text = "\n".join(str(line) for line in lines)
    print(f"{title}\n{text}")
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write(f"\n## {datetime.now(UTC).date().isoformat()}, {_commit()}: {title}\n\n```\n{text}\n```\n")


def _commit() -> str:
    """The commit measured; with a plus sign when files differ from it."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"],  # noqa: S607 - whichever git there is
        capture_output=True,
        text=True,
        check=False,
        cwd=RESULTS.parent,
    )
    return said.stdout.strip() or "unknown"
