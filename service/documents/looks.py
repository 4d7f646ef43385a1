"""How paragraphs and runs look in a Word file: by their own formats, else by those of their styles."""

from collections.abc import Iterable, Iterator
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
    formats = [paragraph.paragraph_format, *(style.paragraph_format for style in _chain(paragraph.style))]
    size = _size([style.font for style in _chain(paragraph.style)])
    return {
        "align": _ALIGNMENTS.get(_first(formats, "alignment"), "left"),
        "first": _points(formats, "first_line_indent"),
        "left": _points(formats, "left_indent"),
        "right": _points(formats, "right_indent"),
        "before": _points(formats, "space_before"),
        "after": _points(formats, "space_after"),
        "line": _pitch(_first(formats, "line_spacing"), size),
        "keep": bool(_first(formats, "keep_with_next")),
        "new_page": bool(_first(formats, "page_break_before")),
        "rule": _rule(paragraph),
        "size": size,
    }


def look_of_run(run: Run, paragraph: Paragraph) -> Look:
    """The look of a run: size and letter spacing in pt, names of the fonts for Chinese and for the rest."""
    fonts = [run.font, *(style.font for style in (*_chain(run.style), *_chain(paragraph.style)))]
    colour = _first((font.color for font in fonts if font.color is not None), "rgb")
    return {
        "size": _size(fonts),
        "bold": bool(_first(fonts, "bold")),
        "italic": bool(_first(fonts, "italic")),
        "underline": bool(_first(fonts, "underline")),
        "colour": f"#{colour}" if colour is not None else BLACK,
        "chinese": _attribute(fonts, "w:rFonts", "w:eastAsia"),
        "latin": _attribute(fonts, "w:rFonts", "w:ascii"),
        "tracking": int(_attribute(fonts, "w:spacing", "w:val") or 0) / 20,
    }


def is_numbered(paragraph: Paragraph) -> bool:
    """Whether Word numbers the paragraph by itself, so that the number stands nowhere in the file."""
    number = _first(_properties(paragraph), "numPr")
    return number is not None and number.numId is not None and number.numId.val != 0


def _chain(style: Any) -> Iterator[Any]:
    """A style, and those that it is based on."""
    while style is not None:
        yield style
        style = style.base_style


def _properties(paragraph: Paragraph) -> Iterator[Any]:
    """The elements with a paragraph's own properties and those of its styles."""
    own = (paragraph._p.pPr, *(style.element.pPr for style in _chain(paragraph.style)))  # noqa: SLF001 - python-docx has no word for it
    return (one for one in own if one is not None)


def _first(holders: Iterable[Any], name: str) -> Any:
    """The own value, or else that of the nearest style that has one."""
    return next((value for one in holders if (value := getattr(one, name)) is not None), None)


def _points(formats: Iterable[Any], name: str) -> float:
    length = _first(formats, name)
    return float(length.pt) if length is not None else 0.0


def _size(fonts: Iterable[Any]) -> float:
    size = _first(fonts, "size")
    return float(size.pt) if size is not None else DEFAULT_SIZE


def _pitch(spacing: Any, size: float) -> float | None:
    if spacing is None:
        return None
    return float(spacing.pt) if hasattr(spacing, "pt") else float(spacing) * size * 1.3


def _rule(paragraph: Paragraph) -> Look | None:
    """The line below a paragraph: width in pt, colour, and how far below."""
    found = (one.find(f"{qn('w:pBdr')}/{qn('w:bottom')}") for one in _properties(paragraph))
    rule = next((one for one in found if one is not None), None)
    if rule is None or rule.get(qn("w:val")) in (None, "none", "nil"):
        return None
    colour = rule.get(qn("w:color"), "auto")
    return {
        "width": int(rule.get(qn("w:sz"), 4)) / 8,
        "space": float(rule.get(qn("w:space"), 1)),
        "colour": BLACK if colour == "auto" else f"#{colour}",
    }


def _attribute(fonts: Iterable[Any], element: str, name: str) -> str:
    """What python-docx has no word for; empty where nothing says it."""
    elements = (font.element.find(f"{qn('w:rPr')}/{qn(element)}") for font in fonts)
    values = (one.get(qn(name)) for one in elements if one is not None)
    return next((value for value in values if value), "")
