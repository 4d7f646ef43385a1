"""Photographs drawn anew for paper: what runs in the process of its own that `pictures` starts."""

import io
from collections.abc import Iterator
from typing import Any

import msgspec
from PIL import Image, ImageCms, ImageFile, ImageOps
from pillow_heif import open_heif, register_heif_opener

from service.files.media_types import most_dots
from service.files.pictures import LONGEST_SIDE, Picture

QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")  # one of several JPEGs (MPO) comes under the first
STRIP = 16  # rows of the shrunken picture that are drawn at a time


def draw_anew(content: bytes) -> bytes:
    """The photograph in a file as an encoded `Picture`; raises whatever the decoder does."""
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # ours is asked for below, before anything is decoded
    try:
        return msgspec.msgpack.encode(_drawn(content, is_whole=True))
    except (OSError, SyntaxError):
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        return msgspec.msgpack.encode(_drawn(content, is_whole=False))


def _drawn(content: bytes, *, is_whole: bool) -> Picture:
    picture: Any = Image.open(io.BytesIO(content), formats=FORMATS)
    jpeg = picture.format in ("JPEG", "MPO")
    if picture.width * picture.height > most_dots("image/jpeg" if jpeg else ""):
        raise MemoryError
    if jpeg:
        picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # the decoder scales by halves, which spares time and memory
    shrunken = _shrunken(content, picture)
    upright = ImageOps.exif_transpose(shrunken)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    plain = _in_plain_colours(upright, picture.info.get("icc_profile"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Picture(written.getvalue(), plain.width, plain.height, is_whole)


def _shrunken(content: bytes, picture: Any) -> Any:
    """A picture scaled down by a whole number, to at least one and a half times the size that it is wanted in."""
    factor = max(1, 2 * max(picture.size) // (3 * LONGEST_SIDE))
    drawn = [_opaque(strip).reduce(factor) for strip in _strips(content, picture, STRIP * factor)]
    shrunken: Any = Image.new(drawn[0].mode, (drawn[0].width, sum(strip.height for strip in drawn)))
    for place, strip in enumerate(drawn):
        shrunken.paste(strip, (0, place * STRIP))
    shrunken.info = picture.info
    return shrunken


def _strips(content: bytes, picture: Any, rows: int) -> Iterator[Any]:
    """What a picture shows, so many rows at a time: whatever is done to the whole makes a copy of its size."""
    if picture.format == "HEIF":  # the plugin would copy what was decoded
        heif = open_heif(io.BytesIO(content))
        data, stride = memoryview(heif.data), heif.stride
        width, height = heif.size
        for top in range(0, height, rows):
            below = min(height, top + rows)
            part = data[top * stride : below * stride]
            yield Image.frombytes(heif.mode, (width, below - top), part, "raw", heif.mode, stride)
        return
    picture.load()
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + rows)))
        strip.info = picture.info
        yield strip


def _opaque(picture: Any) -> Any:
    """With eight bits of each colour, on white paper where it lets through."""
    if picture.mode in ("P", "PA", "LA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    if picture.mode.startswith("I;16"):
        return picture.point(lambda dot: dot / 256).convert("L")
    return picture.convert("L") if picture.mode == "1" else picture


def _in_plain_colours(picture: Any, profile: bytes | None) -> Any:
    """In sRGB, without a profile."""
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):  # a profile that is damaged, or of other colours: browsers pass over it
            pass
    return picture.convert("RGB")
