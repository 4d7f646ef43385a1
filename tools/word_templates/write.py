"""Writes the shipped Word templates: `python -m tools.word_templates.write`.

Laid out after GB/T 9704-2012: A4 with margins of 37, 35, 28 and 26 mm, 22 lines of 28 characters, title in 小标宋 of
22 pt, body in 仿宋 of 16 pt, headings in 黑体 and 楷体, page numbers between dashes. Each font has free substitutes.
"""

import io
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from service.documents.word import timeless
from tools.word_templates import sentences
from tools.word_templates.sentences import SENTENCES, Block, Grid, Imprint

FOLDER = Path(str(resources.files("service.documents"))) / "templates"
LINE = 28.95  # pt: 22 lines on 225 mm
SONG, FANG, HEI, KAI, ROMAN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
SUBSTITUTES = {  # looked for in this order where a font is missing
    SONG: "FZXiaoBiaoSong-B05S,Noto Serif CJK SC,Noto Serif SC,SimSun",
    FANG: "FangSong,仿宋,Noto Serif CJK SC,Noto Serif SC",
    HEI: "SimHei,Noto Sans CJK SC,Noto Sans SC",
    KAI: "KaiTi,楷体,Noto Serif CJK SC,Noto Serif SC",
}
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
TEXT_WIDTH = 442  # pt: 156 mm
TIGHTER = -5  # twentieths of a pt: so that 28 characters of 16 pt stand on a line
RED = "C00000"


@dataclass(frozen=True, slots=True)
class Look:
    """How a style looks; indents in characters, spaces in lines."""

    font: str
    size: float = 16
    align: WD_ALIGN_PARAGRAPH = JUSTIFY
    first: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    line: float | None = LINE  # pt; none: as high as what stands in it
    red: bool = False
    ruled: bool = False  # a red line below
    keep: bool = False  # on one page with the next
    new_page: bool = False


LOOKS = {
    sentences.HEADER: Look(SONG, 28, CENTRE, before=0.5, line=None, red=True),
    sentences.NUMBER: Look(FANG, align=CENTRE, before=0.5, after=1, ruled=True),
    sentences.TITLE: Look(SONG, 22, CENTRE, before=0.5, after=1, line=34, keep=True),
    sentences.ADDRESSEE: Look(FANG),
    sentences.BODY: Look(FANG, first=2),
    sentences.HEADING: Look(HEI, first=2, keep=True),
    sentences.SUBHEADING: Look(KAI, first=2, keep=True),
    sentences.CLOSING: Look(FANG, first=2, keep=True),  # no page holds a signature alone
    sentences.SEAL: Look(FANG, keep=True),
    sentences.SENDER: Look(FANG, align=RIGHT, right=4, keep=True),
    sentences.DATE: Look(FANG, align=RIGHT, right=4, after=1),
    sentences.ATTACHED: Look(FANG, first=2, before=1, keep=True),
    sentences.ATTACHMENT: Look(HEI, new_page=True, keep=True),
    sentences.PHOTO: Look(FANG, 12, CENTRE, before=0.3, line=None, keep=True),
    sentences.CAPTION: Look(FANG, 12, CENTRE, line=18),
    sentences.CELL: Look(FANG, 12, LEFT, line=18),
    sentences.FIGURE: Look(FANG, 12, CENTRE, line=18),
    sentences.HEAD: Look(HEI, 12, CENTRE, line=18),
    sentences.IMPRINT: Look(FANG, 14, LEFT, line=24, left=1, right=1, keep=True),
    sentences.ANCHOR: Look(FANG, 1, line=1),
}


def main() -> None:
    """Write every template into the package."""
    for kind in SENTENCES:
        (FOLDER / f"{kind}.docx").write_bytes(template(kind))


def template(kind: str) -> bytes:
    """The Word template of a kind; each time the same bytes."""
    paper, written = blank(), io.BytesIO()
    for block in SENTENCES[kind]:
        _add(paper, block)
    paper.save(written)
    return timeless(written.getvalue())


def blank() -> Any:
    """A Word file without a word in it: page, styles and page numbers."""
    paper = Document()
    paper.element.body.clear_content()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    for name, look in LOOKS.items():
        _style(paper, name, look)
    paper.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer.paragraphs[0], RIGHT)
    _number_pages(section.even_page_footer.paragraphs[0], LEFT)
    _write_chinese(paper)
    _name_substitutes(paper)
    about = paper.core_properties
    about.author, about.comments, about.last_modified_by = "", "", ""
    return paper


def _style(paper: Any, name: str, look: Look) -> None:
    style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style = True
    _set_font(style, look)
    layout = style.paragraph_format
    layout.alignment = look.align
    layout.first_line_indent = Pt(look.first * look.size)
    layout.left_indent, layout.right_indent = Pt(look.left * look.size), Pt(look.right * look.size)
    layout.space_before, layout.space_after = Pt(look.before * LINE), Pt(look.after * LINE)
    layout.widow_control, layout.keep_with_next, layout.page_break_before = True, look.keep, look.new_page
    if look.line:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    else:
        layout.line_spacing = 1.0
    if name == sentences.IMPRINT:
        layout.tab_stops.add_tab_stop(Pt(TEXT_WIDTH - 2 * look.size), WD_TAB_ALIGNMENT.RIGHT)
    if look.ruled:
        layout.tab_stops.add_tab_stop(Pt(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        _red_line_below(style)


def _set_font(style: Any, look: Look) -> None:
    style.font.name, style.font.size = ROMAN, Pt(look.size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), look.font)
    if look.red:
        style.font.color.rgb = RGBColor.from_string(RED)
    if look.size == 16:
        after = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")  # the schema's order
        style.element.rPr.insert_element_before(_element("w:spacing", val=str(TIGHTER)), *after)


def _add(paper: Any, block: Block) -> None:
    if isinstance(block, Grid):
        _add_table(paper, block)
    elif isinstance(block, Imprint):
        _add_imprint(paper, block)
    else:
        paper.add_paragraph(block[1], style=block[0])


def _add_table(paper: Any, grid: Grid) -> None:
    table = paper.add_table(rows=0, cols=len(grid.widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _give_room(table)
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Mm(width)
    if grid.head:
        _add_row(table, grid, grid.head, head=True)
        _mark(table.rows[0], "w:tblHeader")
    if grid.loop:
        _add_row(table, grid, (f"{{%tr for {grid.loop} %}}",))
    for cells in grid.cells:
        _add_row(table, grid, cells)
        if grid.whole is None or cells[0] in grid.whole:
            _mark(table.rows[-1], "w:cantSplit")
    if grid.loop:
        _add_row(table, grid, ("{%tr endfor %}",))


def _add_imprint(paper: Any, imprint: Imprint) -> None:
    """Lines across the page, the outer ones thicker, at its foot wherever the text ends (GB/T 9704-2012, 7.4)."""
    table = paper.add_table(rows=0, cols=1)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    table.columns[0].width = Pt(TEXT_WIDTH)
    for text in ("{%tr if copies %}", imprint.copies, "{%tr endif %}", imprint.printed):
        cell = table.add_row().cells[0]
        cell.width = Pt(TEXT_WIDTH)
        cell.paragraphs[0].style, cell.paragraphs[0].text = sentences.IMPRINT, text
    lines = OxmlElement("w:tblBorders")
    for side, eighths in (("top", 8), ("bottom", 8), ("insideH", 6)):
        lines.append(_element(f"w:{side}", val="single", sz=str(eighths), space="0", color="auto"))
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no word for it
    properties.insert_element_before(lines, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    place = {"vertAnchor": "margin", "horzAnchor": "margin", "tblpXSpec": "center", "tblpYSpec": "bottom"}
    properties.insert_element_before(_element("w:tblpPr", **place), "w:tblOverlap", "w:tblW", "w:jc", "w:tblBorders")
    paper.add_paragraph(style=sentences.ANCHOR)


def _add_row(table: Any, grid: Grid, texts: tuple[str, ...], *, head: bool = False) -> None:
    row = table.add_row()
    every = zip(row.cells, grid.widths, (*texts, *[""] * len(grid.widths)), strict=False)
    for place, (cell, width, text) in enumerate(every):
        cell.width, cell.vertical_alignment = Mm(width), WD_ALIGN_VERTICAL.CENTER
        style = sentences.FIGURE if place in grid.centred else sentences.CELL
        cell.paragraphs[0].style = sentences.HEAD if head else style
        cell.paragraphs[0].text = text


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - python-docx has no word for it


def _give_room(table: Any) -> None:
    """Between a cell's lines and its text: 1 mm at the sides, and a little above and below."""
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 40), ("left", 57), ("bottom", 40), ("right", 57)):
        margins.append(_element(f"w:{side}", w=str(width), type="dxa"))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")  # noqa: SLF001 - likewise


def _red_line_below(style: Any) -> None:
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="12", space="6", color=RED))
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _number_pages(paragraph: Any, align: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —: 14 pt between dashes, one character from the outer edge (GB/T 9704-2012, 7.5)."""
    paragraph.alignment = align
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        run.font.size, run.font.name = Pt(14), ROMAN
        if text is None:
            for kind, instruction in (("begin", None), (None, "PAGE"), ("end", None)):
                run._r.append(_field(kind, instruction))  # noqa: SLF001 - likewise


def _field(kind: str | None, instruction: str | None) -> Any:
    if instruction:
        element = OxmlElement("w:instrText")
        element.text = instruction
        return element
    return _element("w:fldChar", fldCharType=kind or "")


def _element(name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    return element


def _write_chinese(paper: Any) -> None:
    """Word and LibreOffice choose punctuation and substitutes by the language."""
    for language in paper.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for language in paper.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for control in paper.settings.element.iter(qn("w:characterSpacingControl")):
        control.set(qn("w:val"), "compressPunctuation")


def _name_substitutes(paper: Any) -> None:
    """Into the font table, where Word and LibreOffice look for what to use instead."""
    part = next(part for part in paper.part.package.iter_parts() if part.partname.endswith("fontTable.xml"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"swiss" if name == HEI else "roman"}"/></w:font>'
        for name, others in SUBSTITUTES.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())  # noqa: SLF001 - it is kept as bytes


if __name__ == "__main__":
    main()
