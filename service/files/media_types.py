"""The media types accepted as evidence: photographs by their content, the rest by the ending of the name as well.

Telephones and chats give photographs wrong endings, strange ones (`.jpeg_1`) or none; what they are stands in them.
"""

import os
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

from service.files.filenames import clean_filename
from service.files.office_files import DOCUMENT, WORKBOOK, check_harmless

HEAD = 4096  # bytes
TAIL = 256 * 1024  # bytes; the list of contents of an Office file stands at its end
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
QUICKTIME = b"qt  "
MOST_DOTS = 8192 * 6144  # what telephones call 50 million; decoded, it takes 200 MB
MOST_DOTS_OF_JPEG = 4 * MOST_DOTS  # decoded at a smaller scale; the largest sensors of telephones have 200 million
NOT_IN_TEXT = bytes(code for code in range(32) if chr(code) not in "\t\n\r\f")


class Content(NamedTuple):
    """The parts of a file that are looked at first: nothing is unpacked or parsed, so nothing can do harm."""

    head: bytes
    tail: bytes


class AcceptedType(NamedTuple):
    """A media type, and the test whether a content may be of it."""

    media_type: str
    fits: Callable[[Content], bool]


def _begins(magic: bytes) -> Callable[[Content], bool]:
    return lambda content: content.head.startswith(magic)


def _office(folder: bytes) -> Callable[[Content], bool]:
    """A package of that folder; names stand in plain in its list of contents."""
    return lambda content: (
        content.head.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in content.tail and folder in content.tail
    )


def _is_webp(content: Content) -> bool:
    return content.head[:4] == b"RIFF" and content.head[8:12] == b"WEBP"


def _is_heic(content: Content) -> bool:
    return content.head[4:8] == b"ftyp" and content.head[8:12] in HEIC_BRANDS


def _is_mp4(content: Content) -> bool:
    return content.head[4:8] == b"ftyp" and content.head[8:12] not in (*HEIC_BRANDS, QUICKTIME)


def _is_text(content: Content) -> bool:
    return not any(code in content.head for code in NOT_IN_TEXT)


_JPEG = AcceptedType("image/jpeg", _begins(b"\xff\xd8\xff"))
_HEIC = AcceptedType("image/heic", _is_heic)  # what an iPhone takes
_OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": AcceptedType("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".webp": AcceptedType("image/webp", _is_webp),
    ".heic": _HEIC,
    ".heif": _HEIC,
    ".mp4": AcceptedType("video/mp4", _is_mp4),
    ".pdf": AcceptedType("application/pdf", _begins(b"%PDF-")),
    ".docx": AcceptedType(f"{_OFFICE}.wordprocessingml.document", _office(b"word/")),
    ".xlsx": AcceptedType(f"{_OFFICE}.spreadsheetml.sheet", _office(b"xl/")),
    ".txt": AcceptedType("text/plain", _is_text),
}


PACKAGES = {package.suffix: package for package in (DOCUMENT, WORKBOOK)}
MEDIA_TYPES = tuple(dict.fromkeys(each.media_type for each in ACCEPTED.values()))
PHOTOGRAPHS = (".jpg", ".png", ".webp", ".heic")  # the ending that each kind ought to have
# what computers run or show as a page, whatever it holds: no photograph comes under such a name
_RUN = re.compile(
    r"\.(app|apk|bat|class|cmd|com|cpl|dll|exe|hta|html?|jar|js|lnk|mhtm?l?|msi|php|pif|pl|ps1|py|reg|scr|sh|svg|swf|url"
    r"|vb|vbs|wsf|xht|xhtml|xml)"
)


def most_dots(media_type: str) -> int:
    """How many dots a photograph of that media type may have."""
    return MOST_DOTS_OF_JPEG if media_type == "image/jpeg" else MOST_DOTS


class Recognized(NamedTuple):
    """What a file is: its media type, and its name with an ending that says so."""

    media_type: str
    filename: str


def recognized(filename: str, stream: BinaryIO) -> Recognized | None:
    """What a file is by name and content; None when it is not accepted. Rewinds the stream.

    InvalidInput on `file` for a Word or Excel file that is damaged or holds macros.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    content = _looked_at(stream)
    photograph = next((ending for ending in PHOTOGRAPHS if ACCEPTED[ending].fits(content)), None)
    accepted = ACCEPTED.get(suffix)
    if photograph is None or _RUN.fullmatch(suffix) or (accepted and accepted not in map(ACCEPTED.get, PHOTOGRAPHS)):
        if not (accepted and accepted.fits(content)):
            return None
        if package := PACKAGES.get(suffix):
            check_harmless(stream, package)
        return Recognized(accepted.media_type, filename)
    right = ACCEPTED[photograph]
    if accepted == right:
        return Recognized(right.media_type, filename)
    stem = filename[: -len(suffix)] if accepted else filename
    return Recognized(right.media_type, clean_filename(stem + photograph))


def _looked_at(stream: BinaryIO) -> Content:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    stream.seek(0)
    return Content(head, tail)
