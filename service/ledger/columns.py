"""The columns of a ledger: what each says of a finding, how wide it is, and who gets it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Row

from service.scope import sees_acts
from service.wording.texts import word, written
from workflows.findings.facts import Actor
from workflows.findings.light import light
from workflows.vocabulary import Light, Role

FILE = "ledger"  # of service/wording
Cell = str | int | datetime | date | None
_word = cache(word)
_written = cache(written)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the ledger, and when it was asked for."""

    actor: Actor
    language: str
    now: datetime

    def phrase(self, key: str) -> str:
        """A phrase of the ledger in the reader's language."""
        return _written(FILE, key, self.language)

    def word(self, member: StrEnum) -> str:
        """A word of the law in the reader's language."""
        return _word(member, self.language)

    def light(self, row: Row[Any]) -> Light:
        """How a finding stands."""
        return light(state=row.state, voided=row.voided_at is not None, at_risk_at=row.at_risk_at, now=self.now)


def _everyone(_actor: Actor) -> bool:
    return True


def _not_the_unit(actor: Actor) -> bool:
    """Handling opinions are not for the unit itself; a district office gets those on its universities."""
    return actor.role is not Role.UNIVERSITY


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name is that of its heading in the wording, its width is in characters."""

    name: str
    width: int
    cell: Callable[[Row[Any], Reader], Cell]
    wraps: bool = False
    is_for: Callable[[Actor], bool] = _everyone


def columns_for(reader: Reader, *, voided: bool) -> Sequence[Column]:
    """The columns that the reader gets; when a finding was withdrawn is said in lists of such alone."""
    given = [column for column in _COLUMNS if column.is_for(reader.actor)]
    return [*given, _VOIDED] if voided else given


def _as_it_is(name: str, width: int, *, wraps: bool = False, is_for: Callable[[Actor], bool] = _everyone) -> Column:
    return Column(name, width, lambda row, _reader: getattr(row, name), wraps, is_for)


def _in_words(name: str, width: int) -> Column:
    return Column(name, width, lambda row, reader: reader.word(getattr(row, name)))


def _what_is_wanted(row: Row[Any], reader: Reader) -> Cell:
    english = row.requirement_en if reader.language == "en" else None
    wanted: str | None = english or row.requirement_zh
    return wanted


def _level(row: Row[Any], reader: Reader) -> Cell:
    return reader.phrase(f"level.{row.escalation_level}") if row.escalation_level else None


def _awaiting(row: Row[Any], reader: Reader) -> Cell:
    return reader.phrase("yes") if row.pending_submission_id else None


def _deemed(row: Row[Any], reader: Reader) -> Cell:
    return reader.phrase("yes") if row.receipt_deemed else None


def _opinion(row: Row[Any], reader: Reader) -> Cell:
    if row.measure is None or row.organization_id == reader.actor.organization_id:
        return None
    return reader.phrase("between_words").join((reader.word(row.measure), row.opinion))


def _logged_by(row: Row[Any], reader: Reader) -> Cell:
    return row.logged_by or reader.word(Role.SYSTEM)


_COLUMNS = (  # what people look for comes first, what tells when and by whom after it
    _as_it_is("number", 15),
    _as_it_is("district", 18),
    _as_it_is("unit", 18),
    _as_it_is("category", 14),
    Column("item_requirement", 28, _what_is_wanted, wraps=True),
    _as_it_is("summary", 32, wraps=True),
    _as_it_is("details", 32, wraps=True),
    _as_it_is("location", 14, wraps=True),
    _in_words("severity", 13),
    _as_it_is("requirement", 30, wraps=True),
    _as_it_is("deadline", 16),
    _in_words("state", 9),
    Column("escalation_level", 12, _level, wraps=True),
    _as_it_is("measures", 32, wraps=True, is_for=sees_acts),
    _as_it_is("completed_on", 11, is_for=sees_acts),
    Column("awaiting_review", 8, _awaiting),
    _as_it_is("verified_at", 16),
    _as_it_is("team", 12),
    _as_it_is("leader", 12),
    Column("opinion", 26, _opinion, wraps=True, is_for=_not_the_unit),
    _as_it_is("round", 10),
    _as_it_is("item", 9),
    _in_words("origin", 17),
    _as_it_is("found_at", 16),
    Column("logged_by", 10, _logged_by),
    _as_it_is("notified_at", 16),
    _as_it_is("received_at", 16),
    Column("receipt_deemed", 9, _deemed),
    _as_it_is("submitted_at", 16, is_for=sees_acts),
    _as_it_is("original_deadline", 16),
    _as_it_is("overdue_at", 16),
    _as_it_is("escalated_at", 16),
    _as_it_is("failures", 8),
    _as_it_is("recurrences", 8),
)
_VOIDED = _as_it_is("voided_at", 16)
