"""A Word file from a template and its data: the same data give the same bytes."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from docx.image.exceptions import UnrecognizedImageError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage  # type: ignore[import-untyped]

PICTURE_WIDTH = Mm(110)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say


class BadTemplate(ValueError):
    """A template that cannot be filled in; says why, for whoever edited it."""


def fill(template: bytes, data: Mapping[str, Any], photos: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """Fill a template; texts stay text whatever they hold, photos (caption, content) become pictures.

    Raises `BadTemplate` when it is no Word file, or names what jinja does not understand.
    """
    try:
        paper = DocxTemplate(io.BytesIO(template))
        pictures = [{"picture": _picture(paper, content), "caption": caption} for caption, content in photos]
        paper.render({**data, "photos": pictures}, autoescape=True)
        written = io.BytesIO()
        paper.save(written)
    except Exception as error:  # jinja, lxml, zipfile and python-docx each have errors of their own
        raise BadTemplate(f"{type(error).__name__}: {error}") from error
    return _timeless(written.getvalue())


def _picture(paper: DocxTemplate, content: bytes) -> Any:
    """The picture, or a word in its place when it is none that Word knows."""
    try:
        paper.get_docx().part.package.get_or_add_image_part(io.BytesIO(content))
    except (UnrecognizedImageError, OSError, ValueError, KeyError):
        return "（图片无法显示，原件见佐证材料）"
    return InlineImage(paper, io.BytesIO(content), width=PICTURE_WIDTH)


def _timeless(content: bytes) -> bytes:
    """The same archive without the times at which its parts were written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            named = zipfile.ZipInfo(part.filename, _EPOCH)
            named.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(named, old.read(part))
    return written.getvalue()
