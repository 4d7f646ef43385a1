"""Signs for which this machine has no font: printed as 〓, as printers always did, and named below the text."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

GETA = "〓"
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


def signs_in(blocks: Iterable[Any]) -> set[str]:
    """The signs of all texts that a font may lack: those beyond GB 2312, which the shipped ones have."""
    return {sign for text in _texts(blocks) for sign in text if _is_rare(sign)}


def in_code_points(signs: Sequence[str]) -> str:
    """«U+1F600、U+30EDE»."""
    return "、".join(f"U+{ord(sign):04X}" for sign in signs)


def unprintable_note(signs: Sequence[str]) -> str:
    """What the paper itself says of them; empty when there are none."""
    return f"（注：文中“{GETA}”处的文字因缺少字库未能印出，编码为{in_code_points(signs)}。）" if signs else ""


def _texts(blocks: Iterable[Any]) -> Iterator[str]:
    for block in blocks:
        if block["kind"] == "table":
            yield from _texts(one for row in block["rows"] for cell in row for one in cell["blocks"])
        yield from (span["text"] for span in block.get("spans", ()))


def _is_rare(sign: str) -> bool:
    if unicodedata.category(sign) in _UNSEEN or "VARIATION SELECTOR" in unicodedata.name(sign, ""):
        return False
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False
