"""What is asked of the process that sets pages, and what it answers."""

import msgspec


class Wanted(msgspec.Struct, frozen=True):
    """A folder with `paper.typ`, `paper.json` and pictures, the signs that a font may lack, and how it is wanted."""

    folder: str
    pictures: list[str]
    signs: list[str]
    dots_per_inch: float | None = None  # of the first page as PNG; none: all of them as PDF


class Pages(msgspec.Struct, frozen=True):
    """What was set, the pictures that typst cannot read, and the signs that no font has."""

    content: bytes
    broken: list[str]
    unset: list[str]
