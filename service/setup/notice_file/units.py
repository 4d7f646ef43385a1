"""The responsible units of a row: who leads, and who supports."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from service.setup.notice_file.text import LIST_SIGNS, plain_text

_LEADS, _SUPPORTS = "负责|牵头|主办", "配合|协助|协办|参与"
_LABELLED = re.compile(rf"({_LEADS}|{_SUPPORTS}|责任)(?:单位|部门)?[：:]")
_NAMED = re.compile(rf"(.+?)({_LEADS}|{_SUPPORTS})(?=$|[{LIST_SIGNS}。]|[^：:])")
_ENDS = re.compile("(处|办|中心|部|院|科|室|局|委|组|会|校|系|馆|公司|团)$")


class Units(NamedTuple):
    """责任单位; in doubt when it can be read in two ways."""

    lead: tuple[str, ...]
    supporting: tuple[str, ...]
    in_doubt: bool = False


def read_units(text: str) -> Units:
    """Read «教务处负责 学生处配合», «牵头单位：教务处；配合单位：学生处» or plain names."""
    compact = plain_text(text)
    if _LABELLED.search(compact):
        return _labelled(compact)
    if re.search(f"{_LEADS}|{_SUPPORTS}", compact):
        return _named(compact)
    pieces = [piece for line in text.splitlines() if (piece := plain_text(line))]
    by_line = [name for piece in pieces for name in _names(piece)]
    are_units = all(_ENDS.search(name) for name in by_line)
    names = by_line if are_units else _names(compact)
    return Units(tuple(names), (), in_doubt=bool(names) and not are_units)


def _labelled(compact: str) -> Units:
    before, *parts = _LABELLED.split(compact)
    lead, supporting = _by_role(zip(parts[1::2], parts[::2], strict=True))
    return Units(lead, supporting, in_doubt=bool(before) or not lead)


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
    return [name for part in re.split(rf"[{LIST_SIGNS}。]|和|及", text) if (name := part.strip())]
