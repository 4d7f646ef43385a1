"""Checklists as a notice prints them, with what each row requires: the shipped ones, and the form of any other."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec

from workflows.vocabulary import OrganizationKind

NOTICE_2021_35 = "2021-35"
_FOLDER = resources.files(__name__)


class Row(msgspec.Struct, frozen=True):
    """督查内容: one row of a table. Merged cells (督查项目、责任单位) count for every row that they span."""

    category: str  # 督查项目, the notice's own heading
    question: str | None  # the notice's own words, without the spaces of typesetting
    completion: str  # 完成时间 in its normal form, such as 4月中旬
    zh: str  # what must be true, one fact per clause
    en: str | None = None  # none: nobody has written it in English
    lead_units: tuple[str, ...] = ()  # 责任单位 (负责)
    supporting_units: tuple[str, ...] = ()  # 责任单位 (配合)


class Catalogue(msgspec.Struct, frozen=True):
    """督查表: annex 1 is about universities, annex 2 about district offices; rows stand in the notice's order."""

    annex: int
    audience: OrganizationKind
    title: str
    rows: tuple[Row, ...]

    def numbered(self) -> Iterator[tuple[str, Row]]:
        """Each row with its number, annex and row: «1-12»."""
        return ((f"{self.annex}-{position}", row) for position, row in enumerate(self.rows, 1))


class _ItemTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row as a file has it; the number is there for those who read the file."""

    number: str
    completion: str
    question: str
    zh: str
    en: str


class _CategoryTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows under one heading, which share their units."""

    name: str
    lead_units: tuple[str, ...]
    supporting_units: tuple[str, ...]
    items: tuple[_ItemTable, ...]

    def rows(self) -> Iterator[Row]:
        """The rows, each with the heading and the units."""
        units = self.lead_units, self.supporting_units
        return (Row(self.name, one.question, one.completion, one.zh, one.en, *units) for one in self.items)


class _CatalogueFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of one annex."""

    annex: int
    audience: OrganizationKind
    title: str
    categories: tuple[_CategoryTable, ...]


def names() -> list[str]:
    """The notices whose checklists are shipped, by number."""
    return sorted(folder.name for folder in _FOLDER.iterdir() if folder.is_dir() and folder.name[0].isdigit())


@cache
def shipped(notice: str) -> tuple[Catalogue, ...]:
    """The checklists of a notice, in the order of their annexes; `notice` is one of `names()`."""
    files = sorted((_FOLDER / notice).iterdir(), key=lambda file: file.name)
    return tuple(_catalogue(file.read_text("utf-8")) for file in files)


def _catalogue(text: str) -> Catalogue:
    file = msgspec.convert(tomllib.loads(text), _CatalogueFile)
    rows = tuple(row for category in file.categories for row in category.rows())
    return Catalogue(file.annex, file.audience, file.title, rows)
