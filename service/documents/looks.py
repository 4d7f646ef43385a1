"""How paragraphs and runs look in a Word file: by their own formats, else by those of their styles."""

from collections.abc import Iterator
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

Look = dict[str, Any]
_ALIGNMENTS = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
    WD_ALIGN_PARAGRAPH.JUSTIFY_MED: "justify",
    WD_ALIGN_PARAGRAPH.DISTRIBUTE: "justify",
}
DEFAULT_SIZE = 10.5  # pt: 五号, Word's own in China
BLACK = "#000000"


def look_of(paragraph: Paragraph) -> Look:
    """The look of a paragraph; lengths in pt, `line` from line to line, or None for as high as its contents."""
    size = _size(paragraph)
    return {
        "align": _ALIGNMENTS.get(_format(paragraph, "alignment"), "left"),
        "first": _points(paragraph, "first_line_indent"),
        "left": _points(paragraph, "left_indent"),
        "right": _points(paragraph, "right_indent"),
        "before": _points(paragraph, "space_before"),
        "after": _points(paragraph, "space_after"),
        "line": _pitch(_format(paragraph, "line_spacing"), size),
        "keep": bool(_format(paragraph, "keep_with_next")),
        "new_page": bool(_format(paragraph, "page_break_before")),
        "rule": _rule(paragraph),
        "size": size,
    }


def look_of_run(run: Run, paragraph: Paragraph) -> Look:
    """The look of a run: size in pt, names of the fonts for Chinese and for the rest."""
    fonts = [run.font, *(style.font for style in (*_chain(run.style), *_chain(paragraph.style)))]
    sizes = (font.size for font in fonts if font.size is not None)
    colours = (font.color.rgb for font in fonts if font.color is not None and font.color.rgb is not None)
    colour = next(colours, None)
    return {
        "size": next((size.pt for size in sizes), DEFAULT_SIZE),
        "bold": _flag(fonts, "bold"),
        "italic": _flag(fonts, "italic"),
        "underline": _flag(fonts, "underline"),
        "colour": f"#{colour}" if colour is not None else BLACK,
        "chinese": _font(fonts, "w:eastAsia"),
        "latin": _font(fonts, "w:ascii"),
        "tracking": _tracking(fonts),
    }


def is_numbered(paragraph: Paragraph) -> bool:
    """Whether Word numbers the paragraph by itself, so that the number stands nowhere in the file."""
    properties = (paragraph._p.pPr, *(style.element.pPr for style in _chain(paragraph.style)))  # noqa: SLF001 - python-docx has no word for it
    numbers = (found.numPr for found in properties if found is not None and found.numPr is not None)
    number = next(numbers, None)
    return number is not None and number.numId is not None and number.numId.val != 0


def _chain(style: Any) -> Iterator[Any]:
    """A style, and those that it is based on."""
    while style is not None:
        yield style
        style = style.base_style


def _format(paragraph: Paragraph, name: str) -> Any:
    formats = (paragraph.paragraph_format, *(style.paragraph_format for style in _chain(paragraph.style)))
    return next((value for one in formats if (value := getattr(one, name)) is not None), None)


def _points(paragraph: Paragraph, name: str) -> float:
    length = _format(paragraph, name)
    return float(length.pt) if length is not None else 0.0


def _size(paragraph: Paragraph) -> float:
    sizes = (style.font.size for style in _chain(paragraph.style) if style.font.size is not None)
    return float(next((size.pt for size in sizes), DEFAULT_SIZE))


def _pitch(spacing: Any, size: float) -> float | None:
    if spacing is None:
        return None
    return float(spacing.pt) if hasattr(spacing, "pt") else float(spacing) * size * 1.3


def _rule(paragraph: Paragraph) -> Look | None:
    """The line below a paragraph: width in pt, colour, and how far below."""
    properties = (paragraph._p.pPr, *(style.element.pPr for style in _chain(paragraph.style)))  # noqa: SLF001 - as above
    found = (one.find(f"{qn('w:pBdr')}/{qn('w:bottom')}") for one in properties if one is not None)
    rule = next((one for one in found if one is not None), None)
    if rule is None or rule.get(qn("w:val")) in (None, "none", "nil"):
        return None
    colour = rule.get(qn("w:color"), "auto")
    return {
        "width": int(rule.get(qn("w:sz"), 4)) / 8,
        "space": float(rule.get(qn("w:space"), 1)),
        "colour": BLACK if colour == "auto" else f"#{colour}",
    }


def _flag(fonts: list[Any], name: str) -> bool:
    return bool(next((value for font in fonts if (value := getattr(font, name)) is not None), False))


def _font(fonts: list[Any], script: str) -> str:
    elements = (font.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}") for font in fonts)
    names = (one.get(qn(script)) for one in elements if one is not None)
    return next((name for name in names if name), "")


def _tracking(fonts: list[Any]) -> float:
    """Letter spacing in pt."""
    elements = (font.element.find(f"{qn('w:rPr')}/{qn('w:spacing')}") for font in fonts)
    return next((int(one.get(qn("w:val"), 0)) / 20 for one in elements if one is not None), 0.0)
