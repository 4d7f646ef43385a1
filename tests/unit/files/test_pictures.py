"""Photographs are drawn anew for paper: every kind that telephones take, upright, in plain colours, and no larger."""

import io
from typing import Any

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from service.files.drawing import draw_anew
from service.files.media_types import MOST_DOTS
from service.files.pictures import DRAW, LONGEST_SIDE, NoPicture, Picture, read_picture
from service.files.sandbox import run_confined

register_heif_opener()
RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 160, 60), (40, 60, 200), (128, 128, 128)
ORIENTATION = 0x0112
# what has to be done to an upright picture so that a viewer who follows the EXIF value sees it upright again
LAID = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(width: int = 96, height: int = 64) -> Any:
    """A picture whose four quarters differ, so that it shows which way up it is."""
    picture = Image.new("RGB", (width, height), GREY)
    for colour, at in ((RED, (0, 0)), (GREEN, (width // 2, 0)), (BLUE, (0, height // 2))):
        picture.paste(colour, (*at, at[0] + width // 2, at[1] + height // 2))
    return picture


def saved(picture: Any, kind: str = "JPEG", **how: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **how)
    return written.getvalue()


def corners(picture: Picture) -> list[tuple[int, int, int]]:
    """The colours in the middle of the quarters: above left, above right, below left, below right."""
    shown: Any = Image.open(io.BytesIO(picture.content))
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (picture.width, picture.height))
    assert "exif" not in shown.info
    places = [(across, down) for down in (1, 3) for across in (1, 3)]
    return [shown.getpixel((across * shown.width // 4, down * shown.height // 4)) for across, down in places]


def looks_right(picture: Picture, tolerance: int = 12) -> bool:
    pairs = zip(corners(picture), (RED, GREEN, BLUE, GREY), strict=True)
    return all(
        abs(one - other) <= tolerance for shown, wanted in pairs for one, other in zip(shown, wanted, strict=True)
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "MPO"])
def test_every_kind_that_telephones_take_is_shown(kind: str) -> None:
    picture = read_picture(saved(quarters(), kind))
    assert (picture.width, picture.height, picture.is_whole) == (96, 64, True)
    assert looks_right(picture)
    assert read_picture(saved(quarters(), kind)) == picture, "the same bytes"


@pytest.mark.parametrize("value", [1, *LAID])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "HEIF"])
def test_it_stands_upright_whichever_way_the_telephone_was_held(value: int, kind: str) -> None:
    laid, exif = quarters(), Image.Exif()
    exif[ORIENTATION] = value
    if value in LAID:
        laid = laid.transpose(LAID[value])
    picture = read_picture(saved(laid, kind, exif=exif.tobytes()))
    assert (picture.width, picture.height) == (96, 64)
    assert looks_right(picture)


@pytest.mark.parametrize("mode", ["RGBA", "P", "CMYK", "YCbCr"])
def test_other_colours_come_out_as_they_were(mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    assert looks_right(read_picture(saved(quarters().convert(mode), kind)), tolerance=20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
def test_pictures_without_colours_are_shown_too(mode: str) -> None:
    assert read_picture(saved(Image.new(mode, (40, 30)), "PNG")).width == 40


def test_what_lets_through_lies_on_white_paper() -> None:
    assert set(corners(read_picture(saved(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG")))) == {(255, 255, 255)}


@pytest.mark.parametrize("before", ["colours first", "no segment at all"])
def test_a_jpeg_may_begin_with_any_segment(before: str) -> None:
    whole = saved(quarters())
    length = int.from_bytes(whole[4:6], "big")
    bare = whole[:2] + whole[4 + length :]  # without its JFIF segment
    comment = b"\xff\xfe\0\x06abcd" if before == "colours first" else b""
    assert looks_right(read_picture(bare[:2] + comment + bare[2:]))


def test_a_damaged_colour_profile_is_passed_over() -> None:
    assert looks_right(read_picture(saved(quarters(), icc_profile=b"no profile of anything")))


def test_a_large_photograph_is_no_larger_than_a_page_shows() -> None:
    picture = read_picture(saved(Image.new("RGB", (8000, 6000), RED)))
    assert (picture.width, picture.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


def test_a_jpeg_that_breaks_off_is_shown_as_far_as_it_goes_and_says_so() -> None:
    content = saved(Image.effect_noise((600, 400), 80))
    picture = read_picture(content[: len(content) // 2])
    assert (picture.width, picture.height, picture.is_whole) == (600, 400, False)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\xff\xd8\xff", saved(quarters())[:60], saved(quarters(), "PNG")[:20]]
)
def test_what_is_no_picture_is_none(content: bytes) -> None:
    with pytest.raises(NoPicture):
        read_picture(content)


def test_too_many_dots_are_not_even_begun() -> None:
    side = int(MOST_DOTS**0.5) + 1
    with pytest.raises(MemoryError):
        draw_anew(saved(Image.new("1", (side, side)), "PNG"))


def test_a_large_picture_that_lets_through_is_held_only_once() -> None:
    content = saved(Image.new("RGBA", (6000, 4000)), "PNG")  # 96 MB of dots
    drawn = run_confined(DRAW, content, megabytes=270, seconds=20, wait=60)
    assert len(drawn) > 1000
