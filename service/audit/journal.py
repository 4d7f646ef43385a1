"""Proof that the journal is whole: each subject's chain of entries reckoned again."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.audit.faults import Fault, Wrong
from service.audit.raw import id_text, instant_of, json_of, raw
from service.models import JournalEntry
from service.records.hash_chain import ENTRY, canonical_text, chain_hash

FETCH = 1000  # rows in memory at a time
_IDS = ("id", "subject_id", "round_id", "organization_id", "district_id", "actor_id")


def journal_faults(session: Session) -> Iterator[Fault]:
    """The first bad entry of each subject: edits, gaps, insertions; checkpoints show when the last are gone."""
    names = [column.key for column in JournalEntry.__table__.columns if column.key not in ("serial", "position")]
    query = select(JournalEntry.position, *raw(JournalEntry.__table__, names))
    rows = session.execute(
        query.order_by(JournalEntry.subject_id, JournalEntry.position), execution_options={"yield_per": FETCH}
    )
    for subject_id, entries in groupby(rows, key=lambda row: row.subject_id):
        position = _first_fault(entries)
        if position:
            yield Fault(Wrong.JOURNAL, position=position, subject_id=id_text(subject_id))


def _first_fault(entries: Iterator[Row[Any]]) -> int | None:
    previous = None
    for position, row in enumerate(entries, 1):
        whole = row.position == position and row.previous_hash == previous
        if not whole or chain_hash(previous, row.canonical) != row.hash or not _says_what_was_hashed(row):
            return position
        previous = row.hash
    return None


def _says_what_was_hashed(row: Row[Any]) -> bool:
    columns = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    try:
        columns |= {name: id_text(columns[name]) for name in _IDS}
        columns |= {"at": instant_of(columns["at"]), "data": json_of(columns["data"])}
        return bool(canonical_text(columns, ENTRY) == columns["canonical"])
    except (ValueError, TypeError):  # what a forger wrote need not be a time, an id or JSON
        return False
