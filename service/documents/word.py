"""A Word file from a template, which an office can edit, and its fields: equal fields give equal bytes."""

import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from docx.shared import Pt
from docxtpl import DocxTemplate, InlineImage  # type: ignore[import-untyped]
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from service.documents.photos import Photo, frame_of
from service.documents.titles import balanced_lines, width_of
from workflows.vocabulary import DocumentKind

TITLES = ("发文机关", "公文标题", "发文机关署名")  # the styles whose paragraphs are broken into even lines
SENDER, DATE = "发文机关署名", "成文日期"
FROM_THE_EDGE = 4.0  # characters right of the date; a long name may come nearer, to 2
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML and docxtpl have no use for them


class BadTemplate(ValueError):
    """A template that cannot be filled in, with the reason for the person who edited it."""


def template_of(kind: DocumentKind, folder: Path) -> bytes:
    """The office's own Word template `KIND.docx` when its folder has one, else the shipped one."""
    own = folder / f"{kind}.docx"
    shipped = resources.files("service.documents") / "templates" / own.name
    return own.read_bytes() if own.is_file() else shipped.read_bytes()


def fill(template: bytes, data: Mapping[str, Any], photos: Iterable[Photo] = (), *, title: str = "") -> bytes:
    """Fill a template and return the Word file; texts stay text whatever they hold, photos become pictures that fit.

    Raises `BadTemplate` for what is no Word file, for a field that does not exist and for an error of jinja's syntax.
    """
    try:
        paper = DocxTemplate(io.BytesIO(template))
        fields = {**_plain(data), "photos": [_shown(paper, photo) for photo in photos]}
        paper.render(fields, SandboxedEnvironment(undefined=StrictUndefined), autoescape=True)
        document = paper.docx  # get_docx() would open the template anew
        _balance(document)
        _sign(document)
        about, office = document.core_properties, str(data.get("office", ""))[:255]
        about.title, about.author, about.comments, about.last_modified_by = title[:255], office, "", office
        written = io.BytesIO()
        paper.save(written)
    except Exception as error:  # jinja, lxml, zipfile and python-docx each have errors of their own
        raise BadTemplate(f"{type(error).__name__}: {error}") from error
    return timeless(written.getvalue())


def _plain(value: Any) -> Any:
    """A value without characters that cannot be shown; a new line of a text becomes docxtpl's sign of a paragraph."""
    if isinstance(value, str):
        return _UNSHOWABLE.sub("", value.replace("\r\n", "\n")).strip("\n").replace("\n", "\a")
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _shown(paper: Any, photo: Photo) -> dict[str, Any]:
    caption = _plain(photo.caption)
    if photo.picture is None:
        return {"picture": photo.instead, "caption": caption}
    frame = frame_of(photo.picture)
    placed = InlineImage(paper, io.BytesIO(photo.picture.content), frame.width, frame.height)
    return {"picture": placed, "caption": caption}


def _balance(document: Any) -> None:
    section = document.sections[0]
    across = section.page_width.pt - section.left_margin.pt - section.right_margin.pt
    for paragraph in document.paragraphs:
        size = paragraph.style.font.size if paragraph.style else None
        if paragraph.style.name not in TITLES or size is None or "\n" in paragraph.text:
            continue
        lines = balanced_lines(paragraph.text, across / size.pt)
        if len(lines) > 1:
            paragraph.runs[0].text = "\n".join(lines)
            for run in paragraph.runs[1:]:
                run.text = ""


def _sign(document: Any) -> None:
    """The office's name in the middle above the date, where the seal goes (GB/T 9704-2012, 7.3.5.1)."""
    for name, date in itertools.pairwise(document.paragraphs):
        size = name.style.font.size
        if (name.style.name, date.style.name) != (SENDER, DATE) or size is None:
            continue
        wider = (max(map(width_of, name.text.split("\n"))) - width_of(date.text)) / 2
        right = max(2.0, FROM_THE_EDGE - wider)
        name.paragraph_format.right_indent = Pt(right * size.pt)
        date.paragraph_format.right_indent = Pt((right + wider) * size.pt)


def timeless(content: bytes) -> bytes:
    """The archive without the times at which its parts were written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            named = zipfile.ZipInfo(part.filename, _EPOCH)
            named.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(named, old.read(part))
    return written.getvalue()
