"""The media types accepted as evidence: by the ending of the name, when the content begins accordingly."""

import os
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

HEAD = 4096  # bytes
TAIL = 256 * 1024  # bytes; the list of contents of an Office file stands at its end
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
QUICKTIME = b"qt  "
NOT_IN_TEXT = bytes(code for code in range(32) if chr(code) not in "\t\n\r\f")


class Content(NamedTuple):
    """The parts of a file that are looked at: nothing is unpacked or parsed, so nothing can do harm."""

    head: bytes
    tail: bytes


class AcceptedType(NamedTuple):
    """A media type, and the test whether a content may be of it."""

    media_type: str
    fits: Callable[[Content], bool]


def _begins(magic: bytes) -> Callable[[Content], bool]:
    return lambda content: content.head.startswith(magic)


def _office(folder: bytes) -> Callable[[Content], bool]:
    """A package of that folder, without macros; names stand in plain in its list of contents."""
    return lambda content: (
        content.head.startswith(b"PK\x03\x04")
        and b"[Content_Types].xml" in content.tail
        and folder in content.tail
        and b"vbaproject" not in content.tail.lower()
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
_OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": AcceptedType("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".webp": AcceptedType("image/webp", _is_webp),
    ".heic": AcceptedType("image/heic", _is_heic),  # what an iPhone takes
    ".mp4": AcceptedType("video/mp4", _is_mp4),
    ".pdf": AcceptedType("application/pdf", _begins(b"%PDF-")),
    ".docx": AcceptedType(f"{_OFFICE}.wordprocessingml.document", _office(b"word/")),
    ".xlsx": AcceptedType(f"{_OFFICE}.spreadsheetml.sheet", _office(b"xl/")),
    ".txt": AcceptedType("text/plain", _is_text),
}


def media_type_of(filename: str, stream: BinaryIO) -> str | None:
    """The media type of a file; None when its ending is not accepted or unlike its content. Rewinds the stream."""
    accepted = ACCEPTED.get(PurePosixPath(filename).suffix.lower())
    if accepted is None:
        return None
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    stream.seek(0)
    return accepted.media_type if accepted.fits(Content(head, tail)) else None
