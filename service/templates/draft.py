"""Writes the shipped Word templates: `python -m service.templates.draft`.

Laid out after GB/T 9704-2012: A4 with margins of 37, 35, 28 and 26 mm, 22 lines of 28 characters, title in 小标宋 of
22 pt, body in 仿宋 of 16 pt, headings in 黑体 and 楷体, page numbers between dashes. Each font has free substitutes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from service.templates import drafts as d
from service.templates.drafts import DRAFTS, Block, Grid

FOLDER = Path(__file__).parent
LINE = 28.95  # pt: 22 lines on 225 mm
SONG, FANG, HEI, KAI, ROMAN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
SUBSTITUTES = {  # looked for in this order where a font is missing
    SONG: "FZXiaoBiaoSong-B05S,Noto Serif CJK SC,Noto Serif SC,SimSun",
    FANG: "FangSong,仿宋,Noto Serif CJK SC,Noto Serif SC",
    HEI: "SimHei,Noto Sans CJK SC,Noto Sans SC",
    KAI: "KaiTi,楷体,Noto Serif CJK SC,Noto Serif SC",
}
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True, slots=True)
class Look:
    """How a style looks; indents in characters, spaces in lines."""

    font: str
    size: float = 16
    align: WD_ALIGN_PARAGRAPH = LEFT
    first: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    line: float | None = LINE  # pt; none: as high as what stands in it
    red: bool = False


LOOKS = {
    d.HEADER: Look(SONG, 26, CENTRE, before=0.5, line=None, red=True),
    d.NUMBER: Look(FANG, align=CENTRE, before=0.5, after=1),
    d.TITLE: Look(SONG, 22, CENTRE, before=1, after=1, line=34),
    d.ADDRESSEE: Look(FANG),
    d.BODY: Look(FANG, first=2),
    d.HEADING: Look(HEI, first=2),
    d.SUBHEADING: Look(KAI, first=2),
    d.SENDER: Look(FANG, align=RIGHT, right=4),
    d.NOTE: Look(FANG, first=2, before=1),
    d.PHOTO: Look(FANG, 12, CENTRE, line=None),
    "表内文字": Look(FANG, 12, line=18),
    "表头文字": Look(HEI, 12, CENTRE, line=18),
}


def main() -> None:
    """Write every template beside this file."""
    for kind, blocks in DRAFTS.items():
        paper = _blank()
        for block in blocks:
            _add(paper, block)
        paper.save(str(FOLDER / f"{kind}.docx"))


def _blank() -> Any:
    paper = Document()
    paper.element.body.clear_content()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    for name, look in LOOKS.items():
        _style(paper, name, look)
    _number_pages(section.footer.paragraphs[0])
    _name_substitutes(paper)
    return paper


def _style(paper: Any, name: str, look: Look) -> None:
    style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style = True
    _set_font(style, look)
    layout = style.paragraph_format
    layout.alignment = look.align
    layout.first_line_indent = Pt(look.first * look.size)
    layout.right_indent = Pt(look.right * look.size)
    layout.space_before, layout.space_after = Pt(look.before * LINE), Pt(look.after * LINE)
    layout.widow_control = True
    if look.line:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    if look.font == HEI and look.align is LEFT:
        layout.keep_with_next = True


def _set_font(style: Any, look: Look) -> None:
    style.font.name, style.font.size = ROMAN, Pt(look.size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), look.font)
    if look.red:
        style.font.color.rgb = RGBColor(0xC0, 0x00, 0x00)


def _add(paper: Any, block: Block) -> None:
    if isinstance(block, Grid):
        _add_table(paper, block)
        return
    style, text = block
    paragraph = paper.add_paragraph(text, style=style)
    if style == d.NUMBER:
        _red_line_below(paragraph)


def _add_table(paper: Any, grid: Grid) -> None:
    table = paper.add_table(rows=0, cols=len(grid.widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Mm(width)
    if grid.head:
        _add_row(table, grid, grid.head, "表头文字")
        _repeat(table.rows[0])
    if grid.loop:
        _add_row(table, grid, (f"{{%tr for {grid.loop} %}}",), "表内文字")
    for cells in grid.cells:
        _add_row(table, grid, cells, "表内文字")
        _keep_whole(table.rows[-1])
    if grid.loop:
        _add_row(table, grid, ("{%tr endfor %}",), "表内文字")


def _add_row(table: Any, grid: Grid, texts: tuple[str, ...], style: str) -> None:
    row = table.add_row()
    for cell, width, text in zip(row.cells, grid.widths, (*texts, *[""] * len(grid.widths)), strict=False):
        cell.width = Mm(width)
        cell.paragraphs[0].style, cell.paragraphs[0].text = style, text


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no word for it


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - likewise


def _red_line_below(paragraph: Any) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "C00000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - likewise


def _number_pages(paragraph: Any) -> None:
    """— 1 —: 14 pt, between dashes."""
    paragraph.alignment = CENTRE
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
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _name_substitutes(paper: Any) -> None:
    """Into the font table, where Word and LibreOffice look for what to use instead."""
    part = next(part for part in paper.part.package.iter_parts() if part.partname.endswith("fontTable.xml"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in SUBSTITUTES.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())  # noqa: SLF001 - it is kept as bytes


if __name__ == "__main__":
    main()
