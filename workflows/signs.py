"""Which signs of a text can be seen, and the forms in which two texts are compared: one rule for fields and cells.

Spaces, joiners and marks of direction are left behind by input methods, web pages and spreadsheets. What consists of
them alone is blank, and a name that holds one is still that name.
"""

import re
import unicodedata
from itertools import pairwise

_UNSEEN = (  # signs that have no shape of their own, beside white space; FFFC stands where a picture was
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_UNSEEN_SIGNS = re.compile(f"[{_UNSEEN}]+")
_AT_THE_ENDS = re.compile(rf"\A[\s{_UNSEEN}]+|[\s{_UNSEEN}]+\Z")
FIRST_PAIR = -0x8000_0000  # databases count in signed integers
_DASHES = re.compile("[\u2010-\u2015\u2212]")  # NFKC makes hyphens of the full-width ones alone


def shows_nothing(text: str) -> bool:
    """Whether there is nothing to be seen in the text."""
    return not trimmed(text)


def trimmed(text: str) -> str:
    """The text without white space and unseen signs at its ends."""
    return _AT_THE_ENDS.sub("", text)


def without_unseen(text: str) -> str:
    """The text without signs that nobody sees, spaces left as they are: for names, addresses and numbers."""
    return _UNSEEN_SIGNS.sub("", text)


def comparable(text: str) -> str:
    """The text in the form in which two are the same: no unseen signs, no differences of width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", without_unseen(text)).split())


def plain_name(name: str) -> str:
    """A name in the form in which two are the same: as `comparable`, without any space and without case."""
    return comparable(name).replace(" ", "").casefold()


def pairs(searchable_text: str) -> list[int]:
    """Every two signs that are neighbours in a word of the text, as numbers of four bytes in order, each once.

    A text has all pairs of a word that is in it; one with all of them need not have the word. Signs beyond the basic
    plane share numbers with others.
    """
    neighbours = pairwise(searchable_text)
    return sorted({_pair(one, next_) for one, next_ in neighbours if not (one.isspace() or next_.isspace())})


def _pair(one: str, next_: str) -> int:
    return ((ord(one) & 0xFFFF) << 16 | ord(next_) & 0xFFFF) + FIRST_PAIR


def searchable(text: str) -> str:
    """The text as it is searched in and for: as `comparable`, without case, with one kind of dash."""
    return _DASHES.sub("-", comparable(text).casefold())
