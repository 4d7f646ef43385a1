"""Photographs on paper: read from the evidence store, and how large they are shown."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from service.documents.kinds.fields import PictureFields
from service.errors import Unavailable
from service.files.pictures import NoPicture, Picture, read_picture
from service.files.store import EvidenceStore
from service.wording.failures import encode_failure

WIDEST, HIGHEST = 105.0, 66.0  # mm: two of them and their captions fit on a page, also on the first and the last
UNSHOWN = "（图片无法显示，原件见佐证材料）"
LOST = "（原件已缺失，图片未能印出）"
LEFT_OUT = "pictures_left_out"
_MM = 36000  # EMU


class Frame(NamedTuple):
    """How large a picture is put into Word, in EMU."""

    width: int
    height: int


class Photo(NamedTuple):
    """A photograph to show; without a picture, the words that stand in its place."""

    caption: str
    picture: Picture | None = None
    instead: str = ""
    remark: str | None = None  # encoded: what the reader has to know


def frame_of(picture: Picture) -> Frame:
    """The largest frame that keeps a picture's shape and leaves room for another on its page."""
    scale = min(WIDEST / picture.width, HIGHEST / picture.height) * _MM
    return Frame(round(picture.width * scale), round(picture.height * scale))


def photos_of(
    pictures: Iterable[PictureFields], evidence: EvidenceStore, after_each: Callable[[], None]
) -> Iterator[Photo]:
    """The photographs one after another, so that one original at a time is in memory."""
    for picture in pictures:
        yield _photo(picture, evidence)
        after_each()


def is_mendable(remark: str) -> bool:
    """Whether a paper may show more when it is made again: its photographs restored, a font installed."""
    return not remark.startswith(LEFT_OUT)


def _photo(picture: PictureFields, evidence: EvidenceStore) -> Photo:
    if picture.sha256 is None:  # so many more, as its caption says
        return Photo(picture.caption, remark=encode_failure(LEFT_OUT, picture.caption))
    try:
        with evidence.open(picture.sha256) as file:
            content = file.read()
    except Unavailable:
        return Photo(picture.caption, instead=LOST, remark=encode_failure("picture_lost", picture.caption))
    try:
        shown = read_picture(content)
    except NoPicture:
        return Photo(picture.caption, instead=UNSHOWN, remark=encode_failure("picture_unshown", picture.caption))
    remark = None if shown.is_whole else encode_failure("picture_cut_off", picture.caption)
    caption = picture.caption if shown.is_whole else f"{picture.caption}（原件残缺）"
    return Photo(caption, shown, remark=remark)
