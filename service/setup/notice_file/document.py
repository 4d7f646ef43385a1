"""The text of a Word file: paragraphs and tables in their order, tables as grids with merged cells filled in."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import Element, fromstring  # defusedxml builds its trees far more slowly
from zipfile import ZipFile

from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MAIN_PART = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
}
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"  # of files saved as «Strict Open XML»
P, TBL, TR, TC = (f"{_W}{name}" for name in ("p", "tbl", "tr", "tc"))
# what was deleted, the other form of the same drawing, the reading of a character
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_MC}Fallback", f"{_W}rt"}
_WRITTEN = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_OF_XML = (".xml", ".rels", ".vml")
MOST_ROWS = 1_000  # of all tables; the notice of 2021 has 125
MOST_PARAGRAPHS = 50_000  # those in cells too
MOST_COLUMNS = 63  # as Word
MOST_TEXT = 4 * 1024 * 1024  # bytes of a part: a thousand rows take less


class TooMuch(ValueError):
    """More rows or text than any notice has."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the grid."""

    text: str
    continues: bool = False  # merged with the one above it, whose text it shows
    spread: bool = False  # merged with the one to its left, whose text it shows


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a grid: a cell that spans columns or rows stands in each of them."""

    rows: list[list[Cell]]


def read_blocks(content: bytes) -> list[str | Table]:
    """The paragraphs and tables of a .docx, in order; raises ValueError or KeyError when it is none.

    Raises `TooMuch`, and defusedxml's DTDForbidden where any part declares a document type, and with it entities.
    """
    document = _document(content)
    rows, paragraphs = (sum(1 for _ in document.iter(tag)) for tag in (TR, P))
    if rows > MOST_ROWS or paragraphs > MOST_PARAGRAPHS:
        raise TooMuch
    return [_text(one) if one.tag == P else Table(_grid(one)) for one in _nearest(document, {P, TBL})]


def _document(content: bytes) -> Element:
    """The root of the part that holds the text; every XML part is checked for entities first."""
    with ZipFile(io.BytesIO(content)) as archive:
        parts = [part for part in archive.infolist() if part.filename.lower().endswith(_OF_XML)]
        if any(part.file_size > MOST_TEXT for part in parts):
            raise TooMuch
        for part in parts:
            _check_entities(archive.read(part))
        relations = fromstring(archive.read("_rels/.rels"))  # noqa: S314 - checked above
        name = "word/document.xml"
        for relation in relations.iter(f"{_PACKAGE}Relationship"):
            if relation.get("Type") in _MAIN_PART and relation.get("TargetMode") != "External":
                name = relation.get("Target", "").lstrip("/")
                break
        if not name.lower().endswith(_OF_XML):
            raise ValueError(f"{name} was not checked")
        return _transitional(fromstring(archive.read(name)))  # noqa: S314 - checked above


def _transitional(document: Element) -> Element:
    """The same document under the names that Word usually writes: a strict one differs in nothing else that is read."""
    if document.tag.startswith(_STRICT_W):
        for element in document.iter():
            element.tag = element.tag.replace(_STRICT_W, _W, 1)
            for name in [name for name in element.attrib if name.startswith(_STRICT_W)]:
                element.set(name.replace(_STRICT_W, _W, 1), element.attrib.pop(name))
    return document


class _Discard:
    """Parser target that discards everything: parsing is the check for entities."""


def _check_entities(part: bytes) -> None:
    parser = DefusedXMLParser(target=_Discard(), forbid_dtd=True)
    parser.feed(part)
    parser.close()


def _nearest(element: Element, wanted: set[str]) -> Iterator[Element]:
    """The topmost elements of these names below an element, through bookmarks and other wrappings."""
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _nearest(child, wanted)


def _text(element: Element) -> str:
    """The text of a paragraph or cell; paragraphs within it are lines."""
    return "".join(_pieces(element)).strip()


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _WRITTEN:
            yield _WRITTEN[child.tag]
        elif child.tag not in _LEFT_OUT:
            yield from _pieces(child)
    if element.tag == P:
        yield "\n"


def _grid(table: Element) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in _nearest(table, {TR}):
        above = rows[-1] if rows else []
        cells = [Cell("")] * min(_number(row, "trPr", "gridBefore", 0), MOST_COLUMNS)
        for cell in islice(_nearest(row, {TC}), MOST_COLUMNS):
            cells += _spread(cell, cells, above)
        rows.append(cells[:MOST_COLUMNS])
    return rows


def _spread(cell: Element, left: list[Cell], above: list[Cell]) -> list[Cell]:
    """A cell in each column that it spans."""
    at, width = len(left), min(_number(cell, "tcPr", "gridSpan", 1), MOST_COLUMNS)
    if left and _merge(cell, "hMerge") == "continue":
        return [Cell(left[-1].text, left[-1].continues, spread=True)]
    continues = _merge(cell, "vMerge") == "continue"
    text = (above[at].text if at < len(above) else "") if continues else _text(cell)
    return [Cell(text, continues, spread=column > 0) for column in range(max(width, 1))]


def _merge(cell: Element, name: str) -> str | None:
    found = cell.find(f"{_W}tcPr/{_W}{name}")
    return None if found is None else found.get(f"{_W}val", "continue")


def _number(element: Element, properties: str, name: str, default: int) -> int:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    value = found.get(f"{_W}val", "") if found is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else default
