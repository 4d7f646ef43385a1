"""The columns of a ledger: what each says of a finding, how wide it is, and who gets it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from functools import cache

from service.ledger.rows import LedgerRow
from service.scope import sees_acts
from service.wording.above import BOTH, above_in_short
from service.wording.texts import word, written
from workflows.findings.facts import Actor
from workflows.findings.light import light
from workflows.vocabulary import LAST_LEVEL, Addressee, Light, Role

FILE = "ledger"  # of service/wording
Cell = str | int | datetime | date | None
_word = cache(word)
_written = cache(written)


@dataclass(frozen=True, slots=True)
class LedgerReader:
    """Who reads the ledger, when it was asked for, and the zone of the office."""

    actor: Actor
    language: str
    now: datetime
    zone: tzinfo
    above: Mapping[str, Sequence[Addressee]] = field(default_factory=dict)  # by policy, where it is not both

    def phrase(self, key: str) -> str:
        """A phrase of the ledger in the reader's language."""
        return _written(FILE, key, self.language)

    def level(self, level: int, above: Sequence[Addressee]) -> str:
        """To whom a finding was escalated, where there are these offices above."""
        return above_in_short(above, self.language) if level == LAST_LEVEL else self.phrase(f"level.{level}")

    def word(self, member: StrEnum) -> str:
        """A word of the law in the reader's language."""
        return _word(member, self.language)

    def light(self, row: LedgerRow) -> Light:
        """The light of a finding at the moment that the ledger was asked for."""
        return light(state=row.state, voided=row.voided_at is not None, at_risk_at=row.at_risk_at, now=self.now)


def _not_the_unit(actor: Actor) -> bool:
    """Handling opinions are not for the unit itself; a district office gets those on its universities."""
    return not actor.holds(Role.UNIVERSITY)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name is that of its heading in the wording, its width is in characters."""

    name: str
    width: int
    cell: Callable[[LedgerRow, LedgerReader], Cell]
    is_for: Callable[[Actor], bool] = lambda _actor: True


def columns_for(reader: LedgerReader, *, voided: bool) -> Sequence[Column]:
    """The columns that the reader gets; lists of voided findings say when each was voided."""
    columns = [column for column in _COLUMNS if column.is_for(reader.actor)]
    return [*columns, _VOIDED] if voided else columns


def _requirement(row: LedgerRow, reader: LedgerReader) -> Cell:
    english = row.requirement_en if reader.language == "en" else None
    return english or row.requirement_zh


def _level(level: int, row: LedgerRow, reader: LedgerReader) -> Cell:
    return reader.level(level, reader.above.get(row.policy_version, BOTH)) if level else None


def _yes(fact: object, reader: LedgerReader) -> Cell:
    return reader.phrase("yes") if fact else None


def _opinion(row: LedgerRow, reader: LedgerReader) -> Cell:
    if row.measure is None or row.opinion is None or row.organization_id == reader.actor.organization_id:
        return None
    return reader.phrase("between_words").join((reader.word(row.measure), row.opinion))


_COLUMNS = (  # what people look for comes first, what tells when and by whom after it, all that ever was last
    Column("number", 15, lambda row, _: row.number),
    Column("district", 18, lambda row, _: row.district),
    Column("unit", 18, lambda row, _: row.unit),
    Column("category", 14, lambda row, _: row.category),
    Column("item_requirement", 28, _requirement),
    Column("summary", 32, lambda row, _: row.summary),
    Column("details", 32, lambda row, _: row.details),
    Column("location", 14, lambda row, _: row.location),
    Column("severity", 13, lambda row, reader: reader.word(row.severity)),
    Column("requirement", 30, lambda row, _: row.requirement),
    Column("deadline", 16, lambda row, _: row.deadline),
    Column("state", 9, lambda row, reader: reader.word(row.state)),
    Column("escalation_level", 12, lambda row, reader: _level(row.escalation_level, row, reader)),
    Column("measures", 32, lambda row, _: row.measures, is_for=sees_acts),
    Column("completed_on", 11, lambda row, _: row.completed_on, is_for=sees_acts),
    Column("awaiting_review", 8, lambda row, reader: _yes(row.pending_submission_id, reader)),
    Column("verified_at", 16, lambda row, _: row.verified_at),
    Column("team", 12, lambda row, _: row.team),
    Column("leader", 12, lambda row, _: row.leader),
    Column("opinion", 26, _opinion, is_for=_not_the_unit),
    Column("round", 10, lambda row, _: row.round),
    Column("item", 9, lambda row, _: row.item),
    Column("origin", 17, lambda row, reader: reader.word(row.origin)),
    Column("found_at", 16, lambda row, _: row.found_at),
    Column("logged_by", 10, lambda row, reader: row.logged_by or reader.word(Role.SYSTEM)),
    Column("notified_at", 16, lambda row, _: row.notified_at),
    Column("received_at", 16, lambda row, _: row.received_at),
    Column("receipt_deemed", 9, lambda row, reader: _yes(row.receipt_deemed, reader)),
    Column("submitted_at", 16, lambda row, _: row.submitted_at, is_for=sees_acts),
    Column("original_deadline", 16, lambda row, _: row.original_deadline),
    Column("overdue_at", 16, lambda row, _: row.overdue_at),
    Column("escalated_at", 16, lambda row, _: row.escalated_at),
    Column("failures", 8, lambda row, _: row.failures),
    Column("recurrences", 8, lambda row, _: row.recurrences),
    Column("ever_overdue", 8, lambda row, reader: _yes(row.first_overdue_at, reader)),
    Column("first_overdue_at", 16, lambda row, _: row.first_overdue_at),
    Column("first_deadline", 16, lambda row, _: row.first_deadline),
    Column("failures_in_all", 9, lambda row, _: row.failures_in_all),
    Column("highest_level", 12, lambda row, reader: _level(row.highest_level, row, reader)),
)
_VOIDED = Column("voided_at", 16, lambda row, _: row.voided_at)
