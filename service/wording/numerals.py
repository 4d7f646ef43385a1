"""Numbers as Chinese documents write them."""

_DIGITS = "零一二三四五六七八九"


def ordinal_numeral(number: int) -> str:
    """一, 二 … 十, 十一 …: how Chinese documents count their sections; below 100."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + ("" if ones == 0 else _DIGITS[ones])
