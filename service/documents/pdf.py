"""A PDF of a Word file, without an office suite: equal Word files give equal bytes."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from service.documents.blocks import Pictures, blocks_of

FONTS = "pylopdf_fonts_zh_cn"  # Noto Sans SC and Noto Serif SC, where nothing else is installed


def to_pdf(word: bytes, *, title: str) -> bytes:
    """The PDF of a Word file, whose texts typst never takes for its own words. Raises `NotForPdf`."""
    with _set_out(word, title) as page:
        return bytes(typst.compile(page, root=page.parent, font_paths=_fonts()))


def to_picture(word: bytes, *, title: str, dots_per_inch: float) -> bytes:
    """The first page as PNG."""
    with _set_out(word, title) as page:
        made: Any = typst.compile(page, root=page.parent, font_paths=_fonts(), format="png", ppi=dots_per_inch)
    return bytes(made[0] if isinstance(made, list) else made)


@contextmanager
def _set_out(word: bytes, title: str) -> Iterator[Path]:
    """Lay page, data and pictures out in a folder; gives the page's path."""
    paper, pictures = blocks_of(word)
    with tempfile.TemporaryDirectory(prefix="duban-") as name:
        folder = Path(name)
        paper["broken"] = sorted(_broken(folder, pictures))
        (folder / "paper.json").write_text(json.dumps({"title": title, **paper}), encoding="utf-8")
        page = folder / "paper.typ"
        page.write_bytes((resources.files("service.documents") / "templates" / "paper.typ").read_bytes())
        yield page


def _broken(folder: Path, pictures: Pictures) -> Iterator[str]:
    """Write the pictures; yields the names of those that typst cannot read: cut off, or of a kind for Word alone."""
    trial = folder / "trial.typ"
    for name, content in pictures.items():
        (folder / name).write_bytes(content)
        trial.write_text(f'#image("{name}")', encoding="utf-8")
        try:
            typst.compile(trial, root=folder, font_paths=_fonts())
        except typst.TypstError:
            yield name


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the machine and the shipped ones; found once, since that takes ten times as long as a document."""
    return typst.Fonts(font_paths=[str(resources.files(FONTS))])
