"""Two rounds side by side: what was found at each unit then and now, and what came back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from workflows.same_items import Item, same_items, spelled

Key = TypeVar("Key")


class Tally(NamedTuple):
    """How many findings there were, how many of them were put right, and how many had been carried over."""

    findings: int = 0
    put_right: int = 0
    carried_over: int = 0

    @property
    def open(self) -> int:
        return self.findings - self.put_right

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


NO_FINDINGS = Tally()


class UnitTally(NamedTuple):
    """What was found at one unit in one of the two rounds, of one checklist item or of none."""

    now: bool
    unit_id: str
    item_id: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """One checklist item at one unit, then and now; items that only one of the rounds has stand alone."""

    unit_id: str
    category: str | None  # none: findings without an item
    item_then: Item | None
    item_now: Item | None
    then: Tally
    now: Tally

    @property
    def came_back(self) -> bool:
        """Found in both rounds, or carried over from the one into the other."""
        both = self.then.findings and self.now.findings and self.category is not None
        return bool(both or self.now.carried_over)


@dataclass(frozen=True, slots=True)
class ComparedItems:
    """Compared items added up."""

    items: Sequence[ComparedItem]

    @property
    def then(self) -> Tally:
        return _sum(item.then for item in self.items)

    @property
    def now(self) -> Tally:
        return _sum(item.now for item in self.items)

    @property
    def came_back(self) -> int:
        """How many items of units came back."""
        return sum(item.came_back for item in self.items)


@dataclass(slots=True)
class _Cell:
    then: Tally = NO_FINDINGS
    now: Tally = NO_FINDINGS
    item_then: str | None = None


def compared(lines: Iterable[UnitTally], before: Sequence[Item], after: Sequence[Item]) -> list[ComparedItem]:
    """The lines of both rounds, matched by unit and item; in the later round's order, then those it does not ask."""
    same = same_items(before, after)
    cells: dict[tuple[str | None, str], _Cell] = {}
    for line in lines:
        item_id = line.item_id if line.now else same.get(line.item_id or "", line.item_id)
        cell = cells.setdefault((item_id, line.unit_id), _Cell())
        if line.now:
            cell.now = cell.now.plus(line.tally)
        else:
            cell.then, cell.item_then = cell.then.plus(line.tally), line.item_id
    items = {item.id: item for item in (*after, *before)}
    order = {item_id: position for position, item_id in enumerate(items)}
    now, names = {item.id for item in after}, {spelled(item.category): item.category for item in (*before, *after)}
    return [
        ComparedItem(
            unit_id=unit_id,
            category=names[spelled(items[item_id].category)] if item_id else None,
            item_then=items.get(cell.item_then or ""),
            item_now=items[item_id] if item_id in now else None,
            then=cell.then,
            now=cell.now,
        )
        for (item_id, unit_id), cell in sorted(
            cells.items(), key=lambda one: (order.get(one[0][0] or "", len(order)), one[0][1])
        )
    ]


def grouped(items: Iterable[ComparedItem], key_of: Callable[[ComparedItem], Key]) -> Mapping[Key, ComparedItems]:
    """The items by something they have in common, in the order in which it first comes."""
    groups: dict[Key, list[ComparedItem]] = defaultdict(list)
    for item in items:
        groups[key_of(item)].append(item)
    return {key: ComparedItems(group) for key, group in groups.items()}


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = NO_FINDINGS
    for tally in tallies:
        total = total.plus(tally)
    return total
