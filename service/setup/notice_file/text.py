"""The text of a Word file without its typesetting: spaces, line breaks and full-width digits mean nothing."""

import re
import unicodedata

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z.,;:!?]) +(?=[A-Za-z])")
_PADDED_NAME = re.compile(rf"(?<![{_HAN}])([{_HAN}])[ \u3000]+([{_HAN}])(?![{_HAN}])")
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_NUMERALS = {numeral: str(digit) for digit, numeral in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
LIST_SIGNS = "、，,；;/"


def plain_text(text: str) -> str:
    """A sentence without the spaces and line breaks of typesetting; digits and letters narrow, English words apart."""
    text = _INVISIBLE.sub("", text).translate(_WIDE)
    return _BETWEEN_WORDS.sub("\x00", re.sub(r"\s+", " ", text)).replace(" ", "").replace("\x00", " ").strip()


def text_lines(text: str) -> list[str]:
    """The lines of a text, each without space around it; names that were spaced out to width (邓　乐) are closed up."""
    cleaned = _PADDED_NAME.sub(r"\1\2", _INVISIBLE.sub("", text).translate(_WIDE))
    return [line for part in cleaned.splitlines() if (line := part.strip())]


def comparison_key(text: str) -> str:
    """A key that is equal for texts that differ only in typesetting, punctuation or the year."""
    bare = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"20\d\d年", "年", bare)


def arabic_number(numeral: str) -> int | None:
    """A Chinese or Arabic number up to 99 (十二, 二十一, 12); None for anything else."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    tens, ten, units = numeral.rpartition("十")
    digits = f"{_digit(tens) or ('1' if ten else '')}{_digit(units) or ('0' if ten else '')}"
    return int(digits) if digits.isdigit() and 0 < len(digits) <= 2 else None


def with_arabic_digits(text: str) -> str:
    """A text whose years and days are written in Arabic digits: 二〇二一年三月二十九日 becomes 2021年3月29日."""
    text = re.sub("[〇○零一二三四五六七八九]{4}(?=年)", lambda year: "".join(_NUMERALS[one] for one in year[0]), text)
    return re.sub(
        "[一二三四五六七八九十]{1,3}(?=[月日])", lambda number: str(arabic_number(number[0]) or number[0]), text
    )


def _digit(numeral: str) -> str:
    return _NUMERALS.get(numeral, "")
