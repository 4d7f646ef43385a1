"""Which checklist items of two rounds ask for the same: for what is carried over, and for what comes back."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

_YEAR = re.compile(r"20\d\d(?=年)")


class Item(NamedTuple):
    """A checklist item, with what it asks in the notice's words and as a requirement."""

    id: str
    annex: int
    number: str
    category: str
    question: str | None
    requirement: str


def same_items(before: Iterable[Item], after: Iterable[Item]) -> dict[str, str]:
    """The id of the same item in the later round, by the id of the earlier one; items without one are left out.

    The same are items of one annex and category that ask the same, whatever year they name and wherever they stand;
    where several do, the one of the same number.
    """
    by_key: dict[tuple[int, str, str], list[Item]] = defaultdict(list)
    for item in after:
        for key in _keys(item):
            by_key[key].append(item)
    found = ((item.id, _same(item, by_key)) for item in before)
    return {id_: same.id for id_, same in found if same}


def _same(item: Item, by_key: Mapping[tuple[int, str, str], list[Item]]) -> Item | None:
    """By the notice's own words first."""
    for key in _keys(item):
        candidates = by_key.get(key, [])
        if len(candidates) == 1:
            return candidates[0]
        for candidate in candidates:
            if candidate.number == item.number:
                return candidate
    return None


def _keys(item: Item) -> Iterator[tuple[int, str, str]]:
    for words in (item.question, item.requirement):
        if words:
            yield item.annex, spelled(item.category), spelled(words)


def spelled(words: str) -> str:
    """The words without spaces, without the year that they name, and in one spelling."""
    return _YEAR.sub("", "".join(unicodedata.normalize("NFKC", words).split()))
