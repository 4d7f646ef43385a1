"""Old backups: of each day, week and month the newest is kept, and never is the only good one removed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from service.backup.checking import checked
from service.backup.head import Head, heads_in
from service.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """For how many days, weeks and months that have a backup the newest of each is kept."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12


USUAL = Rule()


class Pruned(NamedTuple):
    """What was done in a folder."""

    removed: list[Path]
    kept: list[Path]
    good: list[Path]  # of each office the newest that was read through and is whole
    bad: list[Path]  # newer ones that are not


def prune(folder: Path, rule: Rule, *, secret: str | None = None, dry_run: bool = False) -> Pruned:
    """Remove the backups that the rule keeps for no day, week or month; of each office apart.

    Before, the newest is read through: when it is not whole, the one before it is, and so on. That one stays in any
    case, and without one nothing is removed. Conflict `backup_needs_key`, `backup_wrong_key`.
    """
    pruned = Pruned([], [], [], [])
    heads = sorted(heads_in(folder), key=lambda one: one[1].office)  # stable: the newest of each office stay first
    for _, found in groupby(heads, key=lambda one: one[1].office):
        backups = list(found)
        good = _newest_good(backups, secret, pruned.bad)
        wanted = to_be_kept([head.at for _, head in backups], rule)
        for path, head in backups:
            stays = good is None or path == good or path in pruned.bad or head.at in wanted
            (pruned.kept if stays else pruned.removed).append(path)
        pruned.good.extend([good] if good else [])
    for path in () if dry_run else pruned.removed:
        path.unlink()
    return pruned


def to_be_kept(instants: Iterable[datetime], rule: Rule) -> set[datetime]:
    """The newest instant of each of the last days, weeks and months that have any, by this host's clock."""
    newest_first = sorted(instants, reverse=True)
    kinds: tuple[tuple[int, Callable[[datetime], Any]], ...] = (
        (rule.daily, lambda at: at.date()),
        (rule.weekly, lambda at: at.isocalendar()[:2]),
        (rule.monthly, lambda at: (at.year, at.month)),
    )
    kept = set()
    for number, period in kinds:
        newest = {period(at.astimezone()): at for at in reversed(newest_first)}
        kept.update(sorted(newest.values(), reverse=True)[:number])
    return kept


def _newest_good(backups: list[tuple[Path, Head]], secret: str | None, bad: list[Path]) -> Path | None:
    for path, _ in backups:
        try:
            checked(path, secret, room=path.parent)
        except Conflict as error:
            if error.code in ("backup_needs_key", "backup_wrong_key"):
                raise
            bad.append(path)
        else:
            return path
    return None
