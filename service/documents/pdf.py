"""A PDF of a Word file, without an office suite: equal Word files give equal bytes."""

import json
import tempfile
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import msgspec

from service.documents.blocks import blocks_of
from service.documents.pages import Pages, Wanted
from service.documents.signs import in_code_points, signs_in
from service.errors import Unavailable
from service.files.sandbox import Overrun, TooSlow, run_confined
from service.wording.failures import encode_failure

TYPESETTER = "service.documents.typesetting:set_pages"
MEGABYTES, SECONDS, WAIT = 1024, 60, 90  # of the process that sets a paper; one of a thousand findings takes a fifth


class Pdf(NamedTuple):
    """A PDF, and what of the Word file it could not show: encoded remarks."""

    content: bytes
    remarks: list[str]


class TooLargeForPdf(ValueError):
    """A paper that cannot be set within the memory and time that it may take."""


def to_pdf(word: bytes, *, title: str) -> Pdf:
    """The PDF of a Word file, whose texts typst never takes for its own words.

    Raises `NotForPdf`, `TooLargeForPdf`, and Unavailable when this machine has too much else to do.
    """
    pages = _set(word, title)
    remarks = [encode_failure("template_picture_unshown", "、".join(pages.broken))] if pages.broken else []
    if pages.unset:
        remarks.append(encode_failure("signs_without_font", in_code_points(pages.unset)))
    return Pdf(pages.content, remarks)


def to_picture(word: bytes, *, title: str, dots_per_inch: float) -> bytes:
    """The first page as PNG."""
    return _set(word, title, dots_per_inch).content


def _set(word: bytes, title: str, dots_per_inch: float | None = None) -> Pages:
    """Lay paper and pictures out in a folder, where a process of its own sets them."""
    paper, pictures = blocks_of(word)
    with tempfile.TemporaryDirectory(prefix="duban-") as name:
        folder = Path(name)
        for picture, content in pictures.items():
            (folder / picture).write_bytes(content)
        (folder / "paper.json").write_text(json.dumps({"title": title, **paper}), encoding="utf-8")
        template = resources.files("service.documents") / "templates" / "paper.typ"
        (folder / "paper.typ").write_bytes(template.read_bytes())
        wanted = Wanted(name, list(pictures), sorted(signs_in(paper["blocks"])), dots_per_inch)
        try:
            made = run_confined(
                TYPESETTER, msgspec.msgpack.encode(wanted), megabytes=MEGABYTES, seconds=SECONDS, wait=WAIT
            )
        except Overrun as error:
            raise TooLargeForPdf from error
        except TooSlow as error:
            raise Unavailable("document_too_slow") from error
    return msgspec.msgpack.decode(made, type=Pages)
