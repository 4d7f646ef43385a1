"""A photograph of too many dots is known by its head alone, whatever kind it is of."""

import io
import struct

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from service.files.dots import HEAD, has_too_many_dots
from service.files.media_types import MOST_DOTS

register_heif_opener()
# the media type, and where its head says how large it is: after which bytes, how far, in which form
KINDS = {
    "JPEG": ("image/jpeg", b"\xff\xc0", 5, ">HH"),
    "PNG": ("image/png", b"IHDR", 4, ">II"),
    "WEBP": ("image/webp", b"\x9d\x01\x2a", 3, "<HH"),
    "HEIF": ("image/heic", b"ispe", 8, ">II"),
}


def said_to_have(kind: str, side: int) -> bytes:
    """A small picture whose head says that it is as large."""
    written = io.BytesIO()
    Image.new("RGB", (64, 64)).save(written, kind)
    content, (_, after, distance, form) = bytearray(written.getvalue()), KINDS[kind]
    at = content.index(after) + distance
    struct.pack_into(form, content, at, side, side)
    return bytes(content)


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_of_every_kind_says_how_many_dots_there_are(kind: str) -> None:
    media_type = KINDS[kind][0]
    most = int((4 * MOST_DOTS if kind == "JPEG" else MOST_DOTS) ** 0.5)
    stream = io.BytesIO(said_to_have(kind, most))
    assert not has_too_many_dots(media_type, stream)
    assert stream.tell() == 0
    assert has_too_many_dots(media_type, io.BytesIO(said_to_have(kind, most + 1)))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"\xff\xd8" + b"\0" * 2 * HEAD, b"\0\0\0\x18ftypheic\0\0\0\0"]
)
def test_what_does_not_say_is_left_to_the_bounds_of_decoding(content: bytes) -> None:
    assert not has_too_many_dots("image/jpeg", io.BytesIO(content))


def test_what_is_no_photograph_has_no_dots() -> None:
    assert not has_too_many_dots("application/pdf", io.BytesIO(said_to_have("PNG", 60_000)))
