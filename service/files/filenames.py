"""Names of files that strangers chose, made harmless: to show, to store in a column, to send in a header."""

import re
import unicodedata

LONGEST = 255  # bytes in UTF-8, what file systems take
LONGEST_SUFFIX = 20
NAMELESS = "佐证材料"
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# control, format (right-to-left marks and what cannot be seen), halves of pairs, line and paragraph separators
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_filename(filename: str) -> str:
    """The name without folders and without what cannot be seen; at most 255 bytes, the ending kept; never empty."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSEEN)
    name = " ".join(_FORBIDDEN.sub("_", name).split()).rstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    stem = stem.strip(". ") or NAMELESS
    ending = _cut(dot + suffix, LONGEST_SUFFIX)
    return _cut(stem, LONGEST - len(ending.encode())) + ending


def _cut(text: str, size: int) -> str:
    """At most so many bytes, no character cut in two."""
    return text.encode()[:size].decode(errors="ignore")
