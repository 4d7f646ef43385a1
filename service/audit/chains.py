"""Every chain reckoned again: the events of each finding, the journal of each subject, and the security log."""

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from service.audit.faults import Fault, FaultKind
from service.audit.raw import id_text, instant_of, json_of, raw_columns
from service.models import Event, Finding, JournalEntry, SecurityEntry
from service.security_log.retention import KEPT_AT_LEAST, Removal, last_removal
from service.store.hash_chain import ENTRY, EVENT, SECURITY, canonical_text, chain_hash
from workflows.security import SecurityKind

FETCH = 1000  # rows in memory at a time
_IDS = ("id", "finding_id", "subject_id", "round_id", "organization_id", "district_id", "actor_id", "person_id")


def event_faults(session: Session, findings: Collection[str] | None = None) -> Iterator[Fault]:
    """Where the chain of each finding, or of each of these, breaks first: edits, gaps, insertions, a tail cut off."""
    query = _events() if findings is None else _events().where(Finding.id.in_(findings))
    rows = session.execute(query, execution_options={"yield_per": FETCH})
    for _, of_finding in groupby(rows, key=lambda row: row.owner_id):
        fault = _first_fault(of_finding)
        if fault:
            yield fault


def journal_faults(session: Session, subjects: Collection[str] | None = None) -> Iterator[Fault]:
    """Where the chain of each subject, or of each of these, breaks first; checkpoints show when the last are gone."""
    names = [column.key for column in JournalEntry.__table__.columns if column.key not in ("serial", "position")]
    query = select(JournalEntry.position, *raw_columns(JournalEntry.__table__, names))
    if subjects is not None:
        query = query.where(JournalEntry.subject_id.in_(subjects))
    rows = session.execute(
        query.order_by(JournalEntry.subject_id, JournalEntry.position), execution_options={"yield_per": FETCH}
    )
    for subject_id, entries in groupby(rows, key=lambda row: row.subject_id):
        previous = None
        for position, row in enumerate(entries, 1):
            if _kind_of_fault(row, ENTRY, position, previous):
                yield Fault(FaultKind.JOURNAL, position=position, subject_id=id_text(subject_id))
                break
            previous = row.hash


def security_faults(session: Session, after: int = 0, until: int | None = None) -> Iterator[Fault]:
    """Where the security log breaks first, or was cut too early, after that position and up to the other.

    What was removed in due form is none: the chain goes on from the hash that the removal left.
    """
    entry, removal = SecurityEntry, removed(session)
    begin = max(after, removal.position if removal else 0)
    previous = removal.hash if removal and removal.position == begin else None
    if after and previous is None:
        previous = session.scalar(select(entry.hash).where(entry.position == begin))
    typed = ("serial", "transaction_id", "position", "count")
    names = [column.key for column in entry.__table__.columns if column.key not in typed]
    query = select(entry.position, entry.count, *raw_columns(entry.__table__, names)).order_by(entry.position)
    query = query.where(entry.position > begin) if after else query
    query = query.where(entry.position <= until) if until is not None else query
    with session.execute(query, execution_options={"yield_per": FETCH}) as rows:  # closed though a fault ends it
        for position, row in enumerate(rows, begin + 1):
            if _kind_of_fault(row, SECURITY, position, previous) or _removed_too_early(row):
                yield Fault(FaultKind.SECURITY, position=position)
                return
            previous = row.hash


def removed(session: Session) -> Removal | None:
    """What was removed of the security log; None as well when a forger has written what cannot be read."""
    try:
        return last_removal(session)
    except (ValueError, KeyError, TypeError):
        return None


def _removed_too_early(row: Row[Any]) -> bool:
    if row.kind != SecurityKind.LOG_REMOVAL:
        return False
    removal = Removal.of_data(json_of(row.data))
    return instant_of(removal.until) > instant_of(row.at) - KEPT_AT_LEAST


def _events() -> Select[*tuple[Any, ...]]:
    """Findings with their events, in order, as the database has them: a forged value must not stop the reading."""
    typed = ("serial", "transaction_id", "position", "escalation_level")
    names = [column.key for column in Event.__table__.columns if column.key not in typed]
    owner = (Finding.id.label("owner_id"), Finding.number, Finding.chain_length, Finding.chain_head)
    return (
        select(*owner, Event.position, Event.escalation_level, *raw_columns(Event.__table__, names))
        .join_from(Finding, Event, Event.finding_id == Finding.id, isouter=True)
        .order_by(Finding.id, Event.position)
    )


def _first_fault(rows: Iterator[Row[Any]]) -> Fault | None:
    """Walk one finding's chain to its end, or to where it breaks."""
    row, position, previous = None, 0, None
    for row in rows:
        if row.position is None:  # a finding without events
            break
        position += 1
        kind = _kind_of_fault(row, EVENT, position, previous)
        if kind:
            return Fault(kind, row.owner_id, row.number, position)
        previous = row.hash
    if row is not None and (row.chain_length, row.chain_head) != (position, previous):
        return Fault(FaultKind.TAIL, row.owner_id, row.number, position)
    return None


def _kind_of_fault(row: Row[Any], columns: Mapping[str, str], position: int, previous: str | None) -> FaultKind | None:
    if row.position != position:
        return FaultKind.GAP
    if row.previous_hash != previous:
        return FaultKind.LINK
    if chain_hash(previous, row.canonical) != row.hash:
        return FaultKind.HASH
    return None if _is_what_was_hashed(row, columns) else FaultKind.CONTENT


def _is_what_was_hashed(row: Row[Any], columns: Mapping[str, str]) -> bool:
    stored = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    try:
        stored |= {name: id_text(stored[name]) for name in _IDS if name in stored}
        stored |= {"at": instant_of(stored["at"]), "data": json_of(stored["data"])}
        return bool(canonical_text(stored, columns) == stored["canonical"])
    except (ValueError, TypeError):  # what a forger wrote need not be a time, an id or JSON
        return False
