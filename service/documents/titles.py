"""Titles of several lines: of like lengths, and no word torn apart (GB/T 9704-2012, 7.3.1: 词意完整，排列对称)."""

import math
import re
import unicodedata

_NEVER_FIRST = "）】》〉」』”’、，。：；！？%"
_NEVER_LAST = "（【《〈「『“‘〔"
# of titles: a line begins or ends with one rather than in its middle
_WORDS = re.compile(
    "关于|开展|整改|考试|安全|问题|处理|意见|情况|工作|报告|督查|专项|行动|周报|招生|职业|技术|教育|有关|限期|通知|反馈"
    "|（[^）]*）|“[^”]*”|《[^》]*》"
)
_ENDS = re.compile("大学|学院|学校|办公室|中心|委员会")  # of names: what follows begins a line, they never do
_MARGIN = 0.5  # characters, for fonts that are wider than they should be
_SLACK = 6.0  # characters that a line may be longer or shorter than an even one
_UGLY, _TORN = 2.5, 100.0


def width_of(text: str) -> float:
    """The width of a text in Chinese characters; others count half."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.5 for one in text)


def balanced_lines(title: str, room: float) -> list[str]:
    """The lines of a title where `room` characters fit on one: as few and as even as its words allow.

    The title as it is when they allow none: the program that shows it will break it somewhere.
    """
    fewest = math.ceil(width_of(title) / (room - _MARGIN))
    tries = (_lines(title, count, room - _MARGIN) for count in (fewest, fewest + 1))
    return next((lines for lines in tries if lines), [title])


def _lines(title: str, count: int, room: float) -> list[str]:
    """The title in `count` lines; none when a word would be torn or a line be too long."""
    lines = [title]
    while len(lines) < count:
        cut = _best_cut(lines[-1], count - len(lines) + 1, room)
        if cut is None:
            return []
        lines[-1:] = [lines[-1][:cut].rstrip(), lines[-1][cut:].lstrip()]
    return lines


def _best_cut(text: str, lines: int, room: float) -> int | None:
    """Where the first of `lines` lines ends best; None when no place is good enough."""
    even = width_of(text) / lines
    costs = {
        place: abs(width_of(text[:place]) - even) + _ugliness(text, place)
        for place in range(1, len(text))
        if width_of(text[:place]) <= room and width_of(text[place:]) <= room * (lines - 1)
    }
    best = min(costs, key=lambda place: costs[place], default=None)
    return best if best is not None and costs[best] <= _SLACK + _UGLY else None


def _ugliness(text: str, place: int) -> float:
    before, after = text[place - 1], text[place]
    if after in _NEVER_FIRST or before in _NEVER_LAST or (_is_narrow(before) and _is_narrow(after)):
        return _TORN
    words = [match.span() for match in _WORDS.finditer(text)]
    ends = [match.span() for match in _ENDS.finditer(text)]
    if any(start < place < end for start, end in (*words, *ends)) or any(start == place for start, _ in ends):
        return _TORN
    if any(place == end for _, end in ends):
        return -_UGLY  # after a name
    return 0.0 if before == "的" or any(place in span for span in words) else _UGLY


def _is_narrow(one: str) -> bool:
    return width_of(one) < 1 and not one.isspace()
