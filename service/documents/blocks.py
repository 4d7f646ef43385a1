"""What stands in a Word file, block by block: so that the PDF says what an office's own template says."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Emu
from docx.table import Table
from docx.text.paragraph import Paragraph

Block = dict[str, Any]
_BREAKS = (qn("w:br"), qn("w:cr"))
_VERTICAL = {"restart": "begins", None: "goes_on"}


def blocks_of(content: bytes) -> tuple[list[Block], dict[str, bytes]]:
    """The blocks of a Word file, and the pictures that they name.

    A paragraph is `{style, text, bold}`, a table `{widths (mm), head (rows), rows}`, a picture `{picture, width (mm)}`.
    """
    paper = Document(io.BytesIO(content))
    pictures: dict[str, bytes] = {}
    blocks = [block for part in paper.iter_inner_content() for block in _blocks(part, pictures)]
    return blocks, pictures


def _blocks(part: Paragraph | Table, pictures: dict[str, bytes]) -> Iterator[Block]:
    if isinstance(part, Table):
        yield _table(part)
        return
    found = list(_pictures(part, pictures))
    yield from found
    text = _text(part)
    if text or not found:
        bold = bool(part.runs) and all(run.bold for run in part.runs if run.text.strip())
        yield {"style": part.style.name if part.style else "", "text": text, "bold": bold}


def _text(paragraph: Paragraph) -> str:
    """The paragraph's words, with its line breaks."""
    return paragraph.text.replace("\t", "  ").rstrip()


def _table(table: Table) -> Block:
    rows = [[_cell(cell) for cell in row.tc_lst] for row in table._tbl.tr_lst]  # noqa: SLF001 - merged cells show only there
    head = sum(1 for row in table._tbl.tr_lst if row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None)  # noqa: SLF001
    widths = [Emu(column.width).mm if column.width else 0 for column in table.columns]
    return {"widths": widths, "head": head, "rows": rows}


def _cell(cell: Any) -> Block:
    paragraphs = [Paragraph(paragraph, cell) for paragraph in cell.p_lst]
    style = paragraphs[0]._p.style if paragraphs else None  # noqa: SLF001 - the id is enough
    merged = cell.tcPr.find(qn("w:vMerge")) if cell.tcPr is not None else None
    return {
        "text": "\n".join(_text(paragraph) for paragraph in paragraphs),
        "style": style or "",
        "span": cell.grid_span,
        "covered": merged is not None and merged.get(qn("w:val")) != "restart",
    }


def _pictures(paragraph: Paragraph, pictures: dict[str, bytes]) -> Iterator[Block]:
    for blip in paragraph._p.iter(qn("a:blip")):  # noqa: SLF001 - python-docx has no word for it
        part = paragraph.part.related_parts[blip.get(qn("r:embed"))]
        name = part.partname.rpartition("/")[2]
        pictures[name] = part.blob
        extent = next(paragraph._p.iter(qn("wp:extent")), None)  # noqa: SLF001 - likewise
        yield {"picture": name, "width": Emu(int(extent.get("cx"))).mm if extent is not None else 110}
