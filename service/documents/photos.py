"""Photographs on paper: how large they are shown, and the right way up, however the telephone was held."""

import io
import struct
from typing import NamedTuple

from docx.image.image import Image

WIDEST, HIGHEST = 110.0, 78.0  # mm: two of them and their captions fit on a page
_MM = 36000  # EMU
_ORIENTATION = 0x0112
_TURNS = {3: 180, 6: 90, 8: 270}  # EXIF: by how many degrees clockwise it has to be turned
_STEP = 60000  # Word counts turns in 60,000ths of a degree


class Frame(NamedTuple):
    """How a picture is put into Word: its sizes (EMU) before it is turned, and by how much (60,000ths of a degree)."""

    width: int
    height: int
    turn: int


def frame_of(content: bytes) -> Frame:
    """The frame that keeps a picture's shape; raises one of many errors when it is none that Word knows."""
    picture, degrees = Image.from_blob(content), turned(content)
    across, down = float(picture.px_width), float(picture.px_height)
    shown = (down, across) if degrees in (90, 270) else (across, down)
    scale = min(WIDEST / shown[0], HIGHEST / shown[1])
    return Frame(round(across * scale * _MM), round(down * scale * _MM), degrees * _STEP)


def turned(content: bytes) -> int:
    """By how many degrees clockwise a JPEG wants to be turned, as its EXIF says; 0 when it says nothing."""
    exif = _exif(io.BytesIO(content))
    if len(exif) < 8:
        return 0
    order = "<" if exif.startswith(b"II") else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (entries,) = struct.unpack_from(f"{order}H", exif, at)
        for place in range(at + 2, at + 2 + 12 * entries, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, place)
            if tag == _ORIENTATION:
                return _TURNS.get(value, 0)
    except struct.error:  # cut off
        pass
    return 0


def _exif(stream: io.BytesIO) -> bytes:
    """The EXIF segment of a JPEG, from its TIFF head on; empty when there is none."""
    if stream.read(2) != b"\xff\xd8":
        return b""
    while len(head := stream.read(4)) == 4 and head[0] == 0xFF and head[1] != 0xDA:
        size = int.from_bytes(head[2:], "big")
        segment = stream.read(max(0, size - 2))
        if head[1] == 0xE1 and segment.startswith(b"Exif\0\0"):
            return segment[6:]
    return b""
