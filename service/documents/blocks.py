"""The contents of a Word file, block by block, for a PDF that reads and looks as the file does."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Emu
from docx.table import Table, _Cell
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from service.documents.looks import is_numbered, look_of, look_of_run

Block = dict[str, Any]
Pictures = dict[str, bytes]


class NotForPdf(ValueError):
    """A Word file holds what the PDF would not show: a text box, or a number that Word counts by itself."""


def blocks_of(content: bytes) -> tuple[Block, Pictures]:
    """Page and blocks of a Word file, and the pictures that they name; raises `NotForPdf`.

    A block is `{kind: text, spans, …look}`, `{kind: picture, file, width, height (mm), …look}` or `{kind: table,
    widths (mm), head (rows), whole (for each row), lined, columned, foot, rows}`; a span is `{text, …look}`, a cell
    `{column, columns, rows, blocks}`.
    """
    paper, pictures = Document(io.BytesIO(content)), Pictures()
    if next(paper.element.body.iter(qn("w:txbxContent")), None) is not None:
        raise NotForPdf("text_box")
    blocks = [block for part in paper.iter_inner_content() for block in _blocks(part, pictures)]
    if len(blocks) > 1 and blocks[-2].get("foot") and blocks[-1].get("spans") == []:
        blocks.pop()  # the paragraph that such a table hangs on in Word
    section = paper.sections[0]
    sides = ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
    page = {side: Emu(getattr(section, side) or 0).mm for side in sides}
    return {"page": page, "numbers": _numbers(paper), "blocks": blocks}, pictures


def _numbers(paper: Any) -> str | None:
    """Where the number of a page stands: outside on both sides of a leaf, or where its paragraph is aligned."""
    footer = paper.sections[0].footer
    if not any("PAGE" in (one.text or "") for one in footer._element.iter(qn("w:instrText"))):  # noqa: SLF001 - python-docx has no word for it
        return None
    return "outer" if paper.settings.odd_and_even_pages_header_footer else look_of(footer.paragraphs[0])["align"]


def _blocks(part: Paragraph | Table, pictures: Pictures) -> Iterator[Block]:
    if isinstance(part, Table):
        yield _table(part, pictures)
        return
    if is_numbered(part):
        raise NotForPdf("is_numbered_list")
    look = look_of(part)
    shown = list(_pictures(part, pictures))
    yield from ({"kind": "picture", **look, **picture} for picture in shown)
    runs = [
        run for piece in part.iter_inner_content() for run in (piece.runs if isinstance(piece, Hyperlink) else [piece])
    ]
    spans = [{"text": run.text, **look_of_run(run, part)} for run in runs if run.text]
    if spans or not shown:
        yield {"kind": "text", **look, "spans": spans}


def _pictures(paragraph: Paragraph, pictures: Pictures) -> Iterator[Block]:
    for drawing in paragraph._p.iter(qn("w:drawing")):  # noqa: SLF001 - as above
        blip, extent = next(drawing.iter(qn("a:blip")), None), next(drawing.iter(qn("wp:extent")), None)
        if blip is None or extent is None:
            continue
        part = paragraph.part.related_parts[blip.get(qn("r:embed"))]
        name = part.partname.rpartition("/")[2]
        pictures[name] = part.blob
        sizes = [Emu(int(extent.get(side))).mm for side in ("cx", "cy")]
        frame = next(drawing.iter(qn("a:xfrm")), None)
        if frame is not None and int(frame.get("rot", 0)) // 5_400_000 % 2:  # a quarter: it stands
            sizes.reverse()
        yield {"file": name, "width": sizes[0], "height": sizes[1]}


def _table(table: Table, pictures: Pictures) -> Block:
    lines = table._tbl.tr_lst  # noqa: SLF001 - merged cells show only there
    place = table._tbl.tblPr.find(qn("w:tblpPr"))  # noqa: SLF001 - as above
    return {
        "kind": "table",
        "widths": [Emu(column.width).mm if column.width else 0 for column in table.columns],
        "head": sum(1 for line in lines if line.trPr is not None and line.trPr.find(qn("w:tblHeader")) is not None),
        "whole": [line.trPr is not None and line.trPr.find(qn("w:cantSplit")) is not None for line in lines],
        "lined": _lined(table, "w:insideH"),
        "columned": _lined(table, "w:insideV"),
        "foot": place is not None and place.get(qn("w:tblpYSpec")) == "bottom",  # of its page, wherever the text ends
        "rows": [list(_cells(table, number, pictures)) for number in range(len(lines))],
    }


def _lined(table: Table, name: str) -> bool:
    """Whether its cells have such borders: its own, or those of its style."""
    named = [table._tbl.tblPr, *([table.style.element.find(qn("w:tblPr"))] if table.style else [])]  # noqa: SLF001 - as above
    borders = (one.find(qn("w:tblBorders")) for one in named if one is not None)
    inside = (one.find(qn(name)) for one in borders if one is not None)
    return any(one is not None and one.get(qn("w:val")) not in ("none", "nil") for one in inside)


def _cells(table: Table, place: int, pictures: Pictures) -> Iterator[Block]:
    """The cells that begin in a row; those that one above covers are left out."""
    lines = table._tbl.tr_lst  # noqa: SLF001 - as above
    for cell in lines[place].tc_lst:
        if cell.vMerge == "continue":
            continue
        covered = 0
        if cell.vMerge == "restart":
            for line in lines[place + 1 :]:
                below = next((other for other in line.tc_lst if other.grid_offset == cell.grid_offset), None)
                if below is None or below.vMerge != "continue":
                    break
                covered += 1
        within = _Cell(cell, table).iter_inner_content()
        yield {
            "column": cell.grid_offset,
            "columns": cell.grid_span,
            "rows": 1 + covered,
            "blocks": [block for part in within for block in _blocks(part, pictures)],
        }
