"""Word and Excel files of strangers, looked through as archives before a process of its own parses them.

What passes is small, holds few entries that inflate to what they say, and no macros. No XML is read here.
"""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from service.errors import InvalidInput, Unavailable
from service.files.sandbox import Broken, Overrun, TooSlow, run_confined

LARGEST = 20 * 1024 * 1024  # bytes as it comes
LARGEST_INFLATED = 64 * 1024 * 1024  # bytes of all entries: ten thousand rows of text take a quarter of it
MOST_ENTRIES, MOST_ENTRIES_UNREAD = 500, 5_000  # of what is parsed, and of what is only kept
HIGHEST_RATIO = 100  # of inflated to packed; tables reach 30
RATIO_COUNTS_FROM = 1024 * 1024  # bytes inflated
LARGEST_CONTENTS = 1024 * 1024  # bytes of the list of media types
ENCRYPTED = 0x1
LOCAL_HEADER = 30  # bytes, before the name
BEGINS, BEGINS_OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # what is encrypted lies in a file of the old kind
LISTED = b"PK\x01\x02"  # before every entry of the list at the end
CONTENTS = "[Content_Types].xml"


class Package(NamedTuple):
    """A kind of file: how its name ends, and the folder that its parts lie in."""

    suffix: str
    folder: str


DOCUMENT = Package(".docx", "word/")
WORKBOOK = Package(".xlsx", "xl/")


def check_package(stream: BinaryIO, package: Package) -> None:
    """Raise InvalidInput on `file` unless the stream, which is rewound, may be parsed as such a file."""
    content = _content(stream, package)
    with _damaged_when_odd(package):
        entries = _entries(content, package, MOST_ENTRIES)
        _check_sizes(content, entries, package)
        _check_media_types(content, entries, package)


def check_harmless(stream: BinaryIO, package: Package) -> None:
    """Raise InvalidInput on `file` unless the stream, which is rewound, is such a file without macros.

    It may be larger inside than what is parsed: it is kept, and given to whoever may see it.
    """
    content = _content(stream, package)
    with _damaged_when_odd(package):
        _check_media_types(content, _entries(content, package, MOST_ENTRIES_UNREAD), package)


def read_package(
    reader: str, stream: BinaryIO, package: Package, *, megabytes: int, seconds: int, wait: float | None = None
) -> bytes:
    """Check a file, and what a reader makes of it in a process of its own (see `run_confined`).

    Raises InvalidInput on `file`, and Unavailable when this machine has too much else to do.
    """
    check_package(stream, package)
    try:
        return run_confined(reader, stream.read(), megabytes=megabytes, seconds=seconds, wait=wait)
    except Overrun as error:
        raise InvalidInput({"file": "file_out_of_proportion"}, format=package.suffix) from error
    except TooSlow as error:
        raise Unavailable("reading_too_slow") from error
    except Broken as error:
        raise InvalidInput({"file": "file_damaged"}, format=package.suffix) from error


def _content(stream: BinaryIO, package: Package) -> bytes:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > LARGEST:
        raise InvalidInput({"file": "file_too_large"}, megabytes=LARGEST // 1024**2)
    content = stream.read()
    stream.seek(0)
    if content.startswith(BEGINS_OLD):
        raise InvalidInput({"file": "file_old_or_locked"}, format=package.suffix)
    if not content.startswith(BEGINS):
        raise InvalidInput({"file": "file_of_another_format"}, format=package.suffix)
    return content


@contextmanager
def _damaged_when_odd(package: Package) -> Iterator[None]:
    try:
        yield
    except (BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError) as error:
        raise InvalidInput({"file": "file_damaged"}, format=package.suffix) from error


def _entries(content: bytes, package: Package, most: int) -> list[ZipInfo]:
    if content.count(LISTED) > most:  # before the list is read: a long one alone would fill the memory
        raise InvalidInput({"file": "file_out_of_proportion"}, format=package.suffix)
    with ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    _check_names(entries, package)
    return entries


def _check_media_types(content: bytes, entries: list[ZipInfo], package: Package) -> None:
    contents = next(entry for entry in entries if entry.filename == CONTENTS)
    packed = b"".join(_inflated(content, contents, LARGEST_CONTENTS))
    media_types = unescape(packed.replace(b"\0", b"").decode("latin-1")).lower()  # in UTF-16, or as &#86; and the like
    if "macroenabled" in media_types or "vbaproject" in media_types:
        raise InvalidInput({"file": "file_with_macros"}, format=package.suffix)


def _check_names(entries: list[ZipInfo], package: Package) -> None:
    names = [entry.filename.lower() for entry in entries]
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise InvalidInput({"file": "file_with_macros"}, format=package.suffix)
    parts = [name for name in names if name.startswith(package.folder)]
    if not parts or "xl/workbook.bin" in names or CONTENTS.lower() not in names:
        raise InvalidInput({"file": "file_of_another_format"}, format=package.suffix)
    if len(names) != len(set(names)) or CONTENTS not in {entry.filename for entry in entries}:
        raise InvalidInput({"file": "file_damaged"}, format=package.suffix)


def _check_sizes(content: bytes, entries: list[ZipInfo], package: Package) -> None:
    """Entries must hold as many bytes as they declare, and not too many for a file of that size."""
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise InvalidInput({"file": "file_old_or_locked"}, format=package.suffix)
    declared = sum(entry.file_size for entry in entries)
    most = min(LARGEST_INFLATED, max(RATIO_COUNTS_FROM, HIGHEST_RATIO * len(content)))
    if declared > most:
        raise InvalidInput({"file": "file_out_of_proportion"}, format=package.suffix)
    for entry in entries:
        size = sum(len(piece) for piece in _inflated(content, entry, entry.file_size + 1))
        if size != entry.file_size:
            raise InvalidInput({"file": "file_damaged"}, format=package.suffix)


def _inflated(content: bytes, entry: ZipInfo, most: int) -> Iterator[bytes]:
    """The bytes that an entry holds, at most `most`, whatever size it declares."""
    name, extra = struct.unpack_from("<HH", content, entry.header_offset + LOCAL_HEADER - 4)
    begin = entry.header_offset + LOCAL_HEADER + name + extra
    packed = memoryview(content)[begin : begin + entry.compress_size]
    if entry.compress_type == ZIP_STORED:
        yield bytes(packed[:most])
        return
    if entry.compress_type != ZIP_DEFLATED:
        raise NotImplementedError("neither stored nor deflated")
    inflating, left = zlib.decompressobj(-zlib.MAX_WBITS), most
    while left and not inflating.eof:
        piece = inflating.decompress(packed, min(left, 1 << 20))
        if not piece:
            return
        packed = memoryview(inflating.unconsumed_tail)
        left -= len(piece)
        yield piece
