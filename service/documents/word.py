"""A Word file from a template, which an office can edit, and its fields: equal fields give equal bytes."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from docx.oxml.ns import qn
from docxtpl import DocxTemplate, InlineImage  # type: ignore[import-untyped]
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from service.documents.photos import Frame, frame_of
from service.documents.titles import balanced_lines
from workflows.vocabulary import DocumentKind

UNSHOWN = "（图片无法显示，原件见佐证材料）"
TITLES = ("发文机关", "公文标题")  # the styles whose paragraphs are broken into even lines
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML and docxtpl have no use for them


class BadTemplate(ValueError):
    """A template that cannot be filled in, with the reason for the person who edited it."""


class Photo(NamedTuple):
    """A photograph to show; without content only its caption is shown."""

    caption: str
    content: bytes | None = None


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
        frames: dict[str, Frame] = {}
        fields = {**_plain(data), "photos": [_shown(paper, photo, frames) for photo in photos]}
        paper.render(fields, SandboxedEnvironment(undefined=StrictUndefined), autoescape=True)
        document = paper.docx  # get_docx() would open the template anew
        _turn(document, frames)
        _balance(document)
        about, office = document.core_properties, str(data.get("office", ""))[:255]
        about.title, about.author, about.comments, about.last_modified_by = title[:255], office, "", office
        written = io.BytesIO()
        paper.save(written)
    except Exception as error:  # jinja, lxml, zipfile and python-docx each have errors of their own
        raise BadTemplate(f"{type(error).__name__}: {error}") from error
    return _timeless(written.getvalue())


def _plain(value: Any) -> Any:
    """A value without characters that cannot be shown; a new line of a text becomes docxtpl's sign of a paragraph."""
    if isinstance(value, str):
        return _UNSHOWABLE.sub("", value.replace("\r\n", "\n")).strip("\n").replace("\n", "\a")
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _shown(paper: Any, photo: Photo, frames: dict[str, Frame]) -> dict[str, Any]:
    caption = _plain(photo.caption)
    if photo.content is None:
        return {"picture": "", "caption": caption}
    try:
        frame = frame_of(photo.content)
        part = paper.get_docx().part.package.get_or_add_image_part(io.BytesIO(photo.content))
    except Exception:  # noqa: BLE001 - a picture of a stranger: whatever python-docx stumbles over, the paper is made
        return {"picture": UNSHOWN, "caption": caption}
    frames[part.partname] = frame
    return {"picture": InlineImage(paper, io.BytesIO(photo.content), frame.width, frame.height), "caption": caption}


def _turn(document: Any, frames: Mapping[str, Frame]) -> None:
    """Turn pictures as their EXIF says, which Word does not read."""
    for blip in document.element.body.iter(qn("a:blip")):
        part = document.part.related_parts[blip.get(qn("r:embed"))]
        frame = frames.get(part.partname)
        if frame and frame.turn:
            picture = blip.getparent().getparent()
            picture.find(f"{qn('pic:spPr')}/{qn('a:xfrm')}").set("rot", str(frame.turn))


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


def _timeless(content: bytes) -> bytes:
    """The archive without the times at which its parts were written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            named = zipfile.ZipInfo(part.filename, _EPOCH)
            named.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(named, old.read(part))
    return written.getvalue()
