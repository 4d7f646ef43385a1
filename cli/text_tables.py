"""Tables as text for a terminal, where a Chinese character is two cells wide."""

from collections.abc import Sequence
from unicodedata import east_asian_width


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Headings, a rule and rows, each column as wide as its widest cell."""
    widths = [max(map(_width, column)) for column in zip(headings, *rows, strict=True)]
    return "\n".join(_row(row, widths) for row in (headings, ["─" * width for width in widths], *rows))


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
