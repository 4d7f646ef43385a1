"""Proof that the events are whole: every chain and every checkpoint, reckoned again from what is stored."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Boolean, Row, Select, String, exists, func, select, type_coerce
from sqlalchemy.orm import Session

from service.chain import append_hash, canonical_text
from service.checkpoints import verify_checkpoints
from service.models import Event, Finding

FETCH = 1000  # rows in memory at a time
_IDS = ("id", "finding_id", "actor_id")


class Wrong(StrEnum):
    """What is wrong with a place in the books."""

    CONTENT = "content"  # the columns do not say what was hashed
    HASH = "hash"  # the hash is not that of the text
    LINK = "link"  # the event does not hang on the one before
    GAP = "gap"  # a position is missing or doubled
    TAIL = "tail"  # the finding knows of other events than there are
    NO_FINDING = "no_finding"  # an event of a finding that does not exist
    CHECKPOINT = "checkpoint"  # the events that a checkpoint covers are not those it covered


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad place of a finding, or a bad checkpoint."""

    wrong: Wrong
    finding_id: str | None = None
    number: str | None = None  # of the finding
    position: int | None = None  # of the event within the finding
    checkpoint: int | None = None


def verify(session: Session) -> list[Fault]:
    """Reckon everything again; an empty list means that nothing was changed, taken out or put in.

    Finds edits, gaps and cut tails by the chains, and what was rehashed or cut with its finding by the checkpoints, as
    far as they reach. Reads a row once, in order; give it a session of `db.reading`, for it takes a while.
    """
    return [*_chains(session), *_orphans(session), *_checkpoints(session)]


def _chains(session: Session) -> Iterator[Fault]:
    rows = session.execute(_query(), execution_options={"yield_per": FETCH})
    for _, of_finding in groupby(rows, key=lambda row: row.owner_id):
        fault = _first_fault(of_finding)
        if fault:
            yield fault


def _query() -> Select[*tuple[Any, ...]]:
    """Findings with their events, in order, as the database has them: a forged value must not stop the reading."""
    raw = (
        type_coerce(column, Boolean if column.key == "upward" else String).label(column.key)
        for column in Event.__table__.columns
        if column.key not in ("serial", "transaction_id", "position", "escalation_level")
    )
    owner = (Finding.id.label("owner_id"), Finding.number, Finding.chain_length, Finding.chain_head)
    return (
        select(*owner, Event.position, Event.escalation_level, *raw)
        .join_from(Finding, Event, Event.finding_id == Finding.id, isouter=True)
        .order_by(Finding.id, Event.position)
    )


def _first_fault(rows: Iterator[Row[Any]]) -> Fault | None:
    """Walk one chain to its end, or to where it breaks."""
    row, position, previous = None, 0, None
    for row in rows:
        if row.position is None:  # a finding without events
            break
        position += 1
        wrong = _wrong(row, position, previous)
        if wrong:
            return Fault(wrong, row.owner_id, row.number, position)
        previous = row.hash
    if row is not None and (row.chain_length, row.chain_head) != (position, previous):
        return Fault(Wrong.TAIL, row.owner_id, row.number, position)
    return None


def _wrong(row: Row[Any], position: int, previous: str | None) -> Wrong | None:
    if row.position != position:
        return Wrong.GAP
    if row.previous_hash != previous:
        return Wrong.LINK
    if append_hash(previous, row.canonical) != row.hash:
        return Wrong.HASH
    return None if _says_what_was_hashed(row) else Wrong.CONTENT


def _says_what_was_hashed(row: Row[Any]) -> bool:
    columns = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    try:
        columns |= {name: _id(columns[name]) for name in _IDS}
        columns |= {"at": _instant(columns["at"]), "data": _data(columns["data"])}
        said = canonical_text(columns)
    except (ValueError, TypeError):  # what a forger wrote need not be a time, an id or JSON
        return False
    return bool(said == columns["canonical"])


def _id(stored: object) -> str | None:
    """An id as it is written: SQLite keeps its digits alone, PostgreSQL's driver makes it an object."""
    text = None if stored is None else str(stored)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" if text and len(text) == 32 else text


def _instant(stored: str | datetime) -> datetime:
    at = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so


def _data(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


def _orphans(session: Session) -> Iterator[Fault]:
    lost = select(Event.finding_id, func.min(Event.position)).where(~exists().where(Finding.id == Event.finding_id))
    for finding_id, position in session.execute(lost.group_by(Event.finding_id)):
        yield Fault(Wrong.NO_FINDING, finding_id, None, position)


def _checkpoints(session: Session) -> Iterator[Fault]:
    for serial in verify_checkpoints(session):
        yield Fault(Wrong.CHECKPOINT, checkpoint=serial)
