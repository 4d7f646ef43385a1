"""Scales, ticks and shapes of the charts: plain numbers for attributes of SVG, nothing that knows of findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

SHADES = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale: its value, and where it stands from above."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a column: of which series, how many, and where it is."""

    series: int
    value: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its blocks, from the ground up."""

    x: float
    width: float
    middle: float
    total: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Stack:
    """Stacked columns over a ground at `height`, with their scale."""

    width: float
    height: float
    columns: Sequence[Column]
    ticks: Sequence[Tick]


def top_of(most: float) -> int:
    """The round figure at which a scale ends that reaches `most`: 1, 2 or 5 times a power of ten, 5 at least."""
    if most <= 5:
        return 5
    power: int = 10 ** floor(log10(most))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= most)


def ticks_of(top: int, height: float) -> list[Tick]:
    """Lines at the ground, the top and, where whole numbers allow it, between them."""
    parts = next(parts for parts in (5, 4, 2, 1) if top % parts == 0)
    return [Tick(top * one // parts, _rounded(height - height * one / parts)) for one in range(parts + 1)]


def stacked(values: Sequence[Sequence[int]], *, width: float, height: float) -> Stack:
    """Columns of the values of each series, one column for each row; what is below zero counts as nothing."""
    top = top_of(max((sum(max(one, 0) for one in row) for row in values), default=0))
    pace = width / max(len(values), 1)
    thick = min(pace * 0.7, 48.0)
    return Stack(
        width,
        height,
        [_column(row, pace * (at + 0.5), thick, height, top) for at, row in enumerate(values)],
        ticks_of(top, height),
    )


def _column(row: Sequence[int], middle: float, thick: float, height: float, top: int) -> Column:
    parts, ground = [], height
    for series, value in enumerate(row):
        if value > 0:
            tall = height * value / top
            ground -= tall
            parts.append(Part(series, value, _rounded(ground), _rounded(tall)))
    return Column(
        _rounded(middle - thick / 2), _rounded(thick), _rounded(middle), sum(part.value for part in parts), parts
    )


def shade(value: int, most: int) -> int:
    """Which of the five shades a figure has where `most` is the largest; 0 for nothing."""
    if value <= 0 or most <= 0:
        return 0
    return min(SHADES, max(1, ceil(SHADES * value / most)))


def share(value: float, whole: float) -> float:
    """A figure as a part of a hundred, at most all of it; 0 of nothing."""
    return _rounded(min(100.0, max(0.0, 100 * value / whole))) if whole > 0 else 0.0


def _rounded(number: float) -> float:
    return round(number, 1)
