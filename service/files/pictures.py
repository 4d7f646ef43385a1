"""Photographs of strangers drawn anew for paper: upright, in plain colours, as JPEG, no larger than a page shows.

They are decoded in a process of its own, by a library: cameras, chats and editors write more kinds than we could know.
"""

import msgspec

from service.files.sandbox import Broken, Overrun, run_confined

DRAW = "service.files.drawing:draw_anew"
LONGEST_SIDE = 1100  # dots: 260 to the inch of a photograph on paper, and two dozen of them in little memory
MEGABYTES, SECONDS = 512, 20  # of the process that decodes: twice the largest photograph at four bytes a dot


class NoPicture(ValueError):
    """What cannot be shown: of another kind, damaged, or of too many dots."""


class Picture(msgspec.Struct, frozen=True):
    """A photograph as it is put on paper: a JPEG that stands upright, and its sizes in dots."""

    content: bytes
    width: int
    height: int
    is_whole: bool = True  # false: the file breaks off, and the rest is grey, as browsers show it


def read_picture(content: bytes) -> Picture:
    """The photograph in a file, drawn anew; equal files give equal bytes. Raises `NoPicture`, and `TooSlow`."""
    try:
        drawn = run_confined(DRAW, content, megabytes=MEGABYTES, seconds=SECONDS)
    except (Broken, Overrun) as error:
        raise NoPicture from error
    return msgspec.msgpack.decode(drawn, type=Picture)
