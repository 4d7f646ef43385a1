"""Proof that the books are whole: every chain and every checkpoint reckoned again, every row held against them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session

from service.audit.checkpoints import BOOKS, verify_checkpoints
from service.audit.faults import Fault, Wrong
from service.audit.journal import journal_faults
from service.audit.raw import id_text, instant_of, json_of, raw
from service.audit.reports import report_faults
from service.audit.rows import served_otherwise
from service.models import Event, Finding
from service.records.hash_chain import canonical_text, chain_hash

FETCH = 1000  # rows in memory at a time
_IDS = ("id", "finding_id", "actor_id")


def verify(session: Session) -> list[Fault]:
    """Reckon everything again; an empty list means that nothing was changed, taken out or put in.

    Finds edits, gaps and cut tails by the chains, and what was rehashed or cut with its finding by the checkpoints, as
    far as they reach; then what the rows of other tables say that the events do not. Where a chain is broken, its
    events prove nothing, and only that is told. Give it a session of `db.reading`, for it takes a while.
    """
    broken = [*_chains(session), *_orphans(session)]
    skipped = {fault.finding_id for fault in broken}
    journal = [*journal_faults(session), *report_faults(session)]
    return [*broken, *_checkpoints(session), *journal, *served_otherwise(session, skipped)]


def _chains(session: Session) -> Iterator[Fault]:
    rows = session.execute(_query(), execution_options={"yield_per": FETCH})
    for _, of_finding in groupby(rows, key=lambda row: row.owner_id):
        fault = _first_fault(of_finding)
        if fault:
            yield fault


def _query() -> Select[*tuple[Any, ...]]:
    """Findings with their events, in order, as the database has them: a forged value must not stop the reading."""
    typed = ("serial", "transaction_id", "position", "escalation_level")
    names = [column.key for column in Event.__table__.columns if column.key not in typed]
    owner = (Finding.id.label("owner_id"), Finding.number, Finding.chain_length, Finding.chain_head)
    return (
        select(*owner, Event.position, Event.escalation_level, *raw(Event.__table__, names))
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
    if chain_hash(previous, row.canonical) != row.hash:
        return Wrong.HASH
    return None if _says_what_was_hashed(row) else Wrong.CONTENT


def _says_what_was_hashed(row: Row[Any]) -> bool:
    columns = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    try:
        columns |= {name: id_text(columns[name]) for name in _IDS}
        columns |= {"at": instant_of(columns["at"]), "data": json_of(columns["data"])}
        said = canonical_text(columns)
    except (ValueError, TypeError):  # what a forger wrote need not be a time, an id or JSON
        return False
    return bool(said == columns["canonical"])


def _orphans(session: Session) -> Iterator[Fault]:
    lost = select(Event.finding_id, func.min(Event.position)).where(~exists().where(Finding.id == Event.finding_id))
    for finding_id, position in session.execute(lost.group_by(Event.finding_id)):
        yield Fault(Wrong.NO_FINDING, finding_id, None, position)


def _checkpoints(session: Session) -> Iterator[Fault]:
    for book in BOOKS:
        for serial in verify_checkpoints(session, book):
            yield Fault(Wrong.CHECKPOINT, checkpoint=serial, field=book.checkpoints.__tablename__)
