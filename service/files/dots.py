"""Whether a photograph has too many dots: read from its head, without decoding anything."""

import io
from typing import BinaryIO

import imagesize  # type: ignore[import-untyped]

from service.files.media_types import most_dots

HEAD = 1024 * 1024  # bytes that may stand before a photograph's size: cameras put depth and small views there
PHOTOGRAPH = "image/"  # how their media types begin


def has_too_many_dots(media_type: str, stream: BinaryIO) -> bool:
    """Whether a file is a photograph of more dots than it may have; rewinds the stream.

    No: also where its head does not say, since decoding has bounds of its own.
    """
    if not media_type.startswith(PHOTOGRAPH):
        return False
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    width, height = imagesize.get(io.BytesIO(head), exif_rotation=False)
    return bool(width * height > most_dots(media_type))
