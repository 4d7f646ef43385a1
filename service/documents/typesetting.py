"""Typst sets a paper that was laid out in a folder: what runs in the process of its own that `pdf` starts."""

import json
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import typst

from service.documents.pages import Pages, Wanted
from service.documents.signs import GETA, unprintable_note

FONTS = "pylopdf_fonts_zh_cn"  # Noto Sans SC and Noto Serif SC, where nothing else is installed
_TRIAL = """#set document(title: "trial")
#set page(height: auto)
#set text(font: "Noto Serif SC")
#for sign in json("signs.json") { par(sign) }
"""
_NAMED = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def set_pages(request: bytes) -> bytes:
    """Set the pages that are wanted; raises what typst raises."""
    wanted = msgspec.msgpack.decode(request, type=Wanted)
    folder, fonts = Path(wanted.folder), typst.Fonts(font_paths=[str(resources.files(FONTS))])
    broken = sorted(_broken(folder, wanted.pictures, fonts))
    unset = _without_glyph(wanted.signs, folder, fonts)
    data = folder / "paper.json"
    marks = {"broken": broken, "unset": unset, "geta": GETA, "note": unprintable_note(unset)}
    data.write_text(json.dumps({**json.loads(data.read_bytes()), **marks}), encoding="utf-8")
    page, dots = folder / "paper.typ", wanted.dots_per_inch
    how: dict[str, Any] = {"format": "pdf"} if dots is None else {"format": "png", "ppi": dots}
    made: Any = typst.compile(page, root=folder, font_paths=fonts, **how)
    content = bytes(made[0] if isinstance(made, list) else made)
    return msgspec.msgpack.encode(Pages(content, broken, unset))


def _broken(folder: Path, pictures: Iterable[str], fonts: typst.Fonts) -> Iterator[str]:
    """The names of those that typst cannot read: cut off, or of a kind for Word alone."""
    trial = folder / "trial.typ"
    for name in pictures:
        trial.write_text(f'#image("{name}")', encoding="utf-8")
        try:
            typst.compile(trial, root=folder, font_paths=fonts)
        except typst.TypstError:
            yield name


def _without_glyph(signs: Iterable[str], folder: Path, fonts: typst.Fonts) -> list[str]:
    """Those of the signs that no font has; tried out in the folder."""
    tried = sorted(signs)
    if not tried:
        return []
    (folder / "signs.json").write_text(json.dumps(tried), encoding="utf-8")
    trial = folder / "signs.typ"
    trial.write_text(_TRIAL, encoding="utf-8")
    try:  # PDF/A refuses signs without a glyph, and typst names each of them
        typst.compile(trial, root=folder, font_paths=fonts, pdf_standards="a-2b")
    except typst.TypstError as error:
        named = (_ESCAPED.sub(lambda code: chr(int(code[1], 16)), one) for one in _NAMED.findall(error.diagnostic))
        missing = set("".join(named))
        return [sign for sign in tried if sign in missing]
    return []
