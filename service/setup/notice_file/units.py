"""The responsible units of a row: who leads, and who supports."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from service.setup.notice_file.text import LIST_SIGNS, plain_text

_LEADS, _SUPPORTS = "负责|牵头|主办|主责", "配合|协助|协办|参与|协同"
_ROLE = f"(?:{_LEADS}|{_SUPPORTS})"
_LABELLED = re.compile(rf"({_LEADS}|{_SUPPORTS}|责任)(?:单位|部门)?[：:]")
_NAMED = re.compile(rf"(.+?)({_LEADS}|{_SUPPORTS})(?=$|[{LIST_SIGNS}。]|[^：:])")
_OF_A_UNIT = "[处办心部院科室局委组会校系馆司团]"
_ENDS = re.compile("(处|办|中心|部|院|科|室|局|委|组|会|校|系|馆|公司|团)$")
_AND = re.compile(rf"[{LIST_SIGNS}。]|(?<={_OF_A_UNIT})(?:以及|和|及|与)")
_IN_BRACKETS = re.compile("（([^（）]*)）")
_SUPPORTS_LABELLED = re.compile(rf"(?:{_SUPPORTS})(?:单位|部门)?[：:](.+)")
_SUPPORTED = re.compile(rf".+(?:{_SUPPORTS})")
_EACH_ITS_PART = re.compile("按照?(?:各自)?(?:职责|职能)(?:分工)?(?=负责)")
_TOGETHER = re.compile(rf"(?<={_OF_A_UNIT})(?:会同|联合)")  # who leads is the usual reading, and to be looked at
_SHORTEST = 3  # characters of a unit that a space may set apart: 教务处 学生处, not 教务 处


class Units(NamedTuple):
    """责任单位; in doubt when it can be read in two ways."""

    lead: tuple[str, ...]
    supporting: tuple[str, ...]
    in_doubt: bool = False


def read_units(text: str) -> Units:
    """Read «教务处负责 学生处配合», «教务处（学生处配合）», «牵头单位：教务处；配合单位：学生处» or plain names."""
    compact = plain_text(text).replace("(", "（").replace(")", "）")
    if _LABELLED.search(_IN_BRACKETS.sub("", compact)):
        return _labelled(compact)
    opened = _EACH_ITS_PART.sub("", _IN_BRACKETS.sub(_without_brackets, compact)).removeprefix("由")
    if _TOGETHER.search(opened):
        return _named(_TOGETHER.sub("负责；", opened).removesuffix("负责") + "配合")._replace(in_doubt=True)
    if re.search(_ROLE, opened):
        return _named(opened)
    return _plain(text, compact)


def _without_brackets(found: re.Match[str]) -> str:
    """What stands in brackets as it would stand in a line: （牵头）, （学生处配合）, （配合单位：学生处）."""
    inner, before = found[1], found.string[: found.start()]
    if re.match(_ROLE + f"(?:$|[{LIST_SIGNS}])", inner):
        return f"{inner}；"
    if labelled := _SUPPORTS_LABELLED.fullmatch(inner):
        inner = f"{labelled[1]}配合"
    if not _SUPPORTED.fullmatch(inner) or re.search(_LEADS, inner):
        return found[0]
    return f"；{inner}；" if re.search(f"{_ROLE}$", before) else f"负责；{inner}；"


def _plain(text: str, compact: str) -> Units:
    """Names without a word of who does what: one a line, or in a list."""
    pieces = [piece for line in text.splitlines() if (piece := plain_text(line))]
    by_line = [name for piece in pieces for name in _names(piece)]
    by_space = [plain_text(piece) for piece in text.split()]
    if len(pieces) == 1 and len(by_space) > 1 and all(_is_unit(name) for name in by_space):
        return Units(tuple(name for piece in by_space for name in _names(piece)), (), in_doubt=True)
    are_units = all(_ENDS.search(name) for name in by_line)
    names = by_line if are_units else _names(compact)
    return Units(tuple(names), (), in_doubt=bool(names) and not are_units)


def _is_unit(name: str) -> bool:
    return len(name) >= _SHORTEST and bool(_ENDS.search(name))


def _labelled(compact: str) -> Units:
    before, *parts = _LABELLED.split(compact)
    lead, supporting = _by_role(zip(parts[1::2], parts[::2], strict=True))
    odd = any(re.search(f"{_ROLE}|[（）]", name) for name in (*lead, *supporting))
    return Units(lead, supporting, in_doubt=bool(before) or not lead or odd)


def _named(compact: str) -> Units:
    lead, supporting = _by_role(found.groups() for found in _NAMED.finditer(compact))
    rest = tuple(_names(_NAMED.sub("", compact)))
    return Units(lead or rest, supporting, in_doubt=bool(rest))


def _by_role(parts: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who leads and who supports, of lists of names with the word for their part."""
    lead: list[str] = []
    supporting: list[str] = []
    for names, part in parts:
        (supporting if re.fullmatch(_SUPPORTS, part) else lead).extend(_names(names))
    return tuple(lead), tuple(supporting)


def _names(text: str) -> list[str]:
    return [name for part in _AND.split(text) if (name := part.strip())]
