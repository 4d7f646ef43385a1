"""A PDF of a Word file, without an office suite: the same Word file gives the same bytes."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from service.documents.blocks import blocks_of

FONTS = "pylopdf_fonts_zh_cn"  # Noto Sans SC and Noto Serif SC, where nothing else is installed


def to_pdf(word: bytes, *, title: str) -> bytes:
    """Set the blocks of a Word file after GB/T 9704-2012; what stands in it is data, never typst's own words."""
    with _set_out(word, title) as page:
        return bytes(typst.compile(page, root=page.parent, font_paths=[_fonts()]))


def to_picture(word: bytes, *, title: str, dots_per_inch: float) -> bytes:
    """The first page as it looks, as PNG."""
    with _set_out(word, title) as page:
        made: Any = typst.compile(page, root=page.parent, font_paths=[_fonts()], format="png", ppi=dots_per_inch)
    return bytes(made[0] if isinstance(made, list) else made)


@contextmanager
def _set_out(word: bytes, title: str) -> Iterator[Path]:
    """A folder with the page, its data and its pictures; the page's path."""
    blocks, pictures = blocks_of(word)
    with tempfile.TemporaryDirectory(prefix="duban-") as name:
        folder = Path(name)
        for picture, content in pictures.items():
            (folder / picture).write_bytes(content)
        (folder / "blocks.json").write_text(json.dumps({"title": title, "blocks": blocks}), encoding="utf-8")
        page = folder / "paper.typ"
        page.write_text(_template(), encoding="utf-8")
        yield page


@cache
def _template() -> str:
    return (resources.files("service.templates") / "paper.typ").read_text("utf-8")


@cache
def _fonts() -> Path:
    return Path(str(resources.files(FONTS)))
