"""A check of the doctor: its status, and the sentence about what was found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from service.wording.texts import word, written

SHOWN = 5  # names in a sentence; the rest are counted


class Status(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # works, but an administrator should look at it
    FAULT = "fault"  # duties of the notice are missed, or will be


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `sentence` says what was found and what to do."""

    name: str
    status: Status
    particulars: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """In `zh` or `en`."""
        particulars = {name: _in_words(value, language) for name, value in self.particulars.items()}
        return written("checks", f"{self.name}.{self.status}", language, **particulars)


def ok(name: str) -> Check:
    """A passed check."""
    return Check(name, Status.OK)


def warning(name: str, **particulars: object) -> Check:
    """A check that found what an administrator should look at; nothing is missed yet."""
    return Check(name, Status.WARNING, particulars)


def fault(name: str, **particulars: object) -> Check:
    """A failed check: a duty is missed until an administrator acts."""
    return Check(name, Status.FAULT, particulars)


def minutes(since: datetime, now: datetime) -> int:
    """The whole minutes from `since` to `now`."""
    return int((now - since).total_seconds() // 60)


def several(names: Sequence[object], language: str, *, most: int = SHOWN) -> str:
    """The first few names, and whether there are more."""
    between = written("letters", "between", language)
    more = written("letters", "and_more", language) if len(names) > most else ""
    shown = (word(name, language) if isinstance(name, StrEnum) else str(name) for name in names[:most])
    return between.join(shown) + more


def all_of(names: Sequence[object]) -> Callable[[str], str]:
    """Every name, for a check after which each of them has to be dealt with."""
    return lambda language: several(names, language, most=len(names))


def _in_words(value: Any, language: str) -> Any:
    """Numbers and texts as they are; names one after the other; a callable is asked for its text in the language."""
    if isinstance(value, str | int):
        return value
    return value(language) if callable(value) else several(value, language)
