"""Rows held against the digests that each transaction left of them, and rows from before taken over by an upgrade."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table, exists, select
from sqlalchemy.orm import Session

from service.audit.faults import Fault, FaultKind
from service.audit.raw import json_of, raw_columns
from service.models import JournalEntry
from service.store.rows_on_record.audited import audited_tables
from service.store.rows_on_record.digests import ROWS, digests_of, key_text, raw_rows, record_rows
from service.store.rows_on_record.touched import touched_rows
from workflows.journal import JournalAct, SubjectKind

FETCH = 1000  # rows in memory at a time
AT_ONCE = 5000  # digests in one entry
Digests = dict[str, dict[str, bytes | None]]  # table → key → digest, none of a row that is gone

_OF_ROWS = JournalEntry.subject_kind == SubjectKind.ROWS


def digest_faults(session: Session) -> Iterator[Fault]:
    """Rows that were changed, put in or taken out past the record; reads each table once, as it lies.

    Rows that the session's own transaction has changed are passed over: they go on record when it commits.
    """
    last, own = _last_digests(session), touched_rows(session)
    for name, table in audited_tables().items():
        expected, pending = last.pop(name, {}), {key_text(key) for key in own.get(name, ())}
        for key, digest in _present(session, table):
            recorded = expected.pop(key, None)
            if recorded != digest and key not in pending:
                yield Fault(FaultKind.CHANGED if recorded else FaultKind.PUT_IN, subject_id=key, field=name)
        gone = (key for key, digest in expected.items() if digest is not None and key not in pending)
        yield from (Fault(FaultKind.TAKEN_OUT, subject_id=key, field=name) for key in gone)


def take_over_rows(session: Session, *, now: datetime) -> int:
    """Put the rows of a database from before there were digests on record as they are; how many, 0 when it was done.

    Once in the life of a database: what is changed past the record afterwards must not become lawful by an upgrade.
    """
    if session.scalar(select(exists().where(_OF_ROWS, JournalEntry.act == JournalAct.OPEN))):
        return 0
    last, taken = _last_digests(session), 0
    for name, table in audited_tables().items():
        known = last.get(name, {})
        new = [(key, digest) for key, digest in _present(session, table) if key not in known]
        for start in range(0, len(new), AT_ONCE):
            digests = {key: digest.hex() for key, digest in new[start : start + AT_ONCE]}
            record_rows(session, {name: digests}, now=now, act=JournalAct.OPEN)
        taken += len(new)
    if not taken:
        record_rows(session, {}, now=now, act=JournalAct.OPEN)
    return taken


def _present(session: Session, table: Table) -> Iterator[tuple[str, bytes]]:
    rows = session.execute(raw_rows(table), execution_options={"yield_per": FETCH})
    for key, digest in digests_of(table, rows):
        yield key, bytes.fromhex(digest)


def _last_digests(session: Session) -> Digests:
    """What was last recorded of each row; where an entry is broken, the journal's own check tells of it."""
    query = select(*raw_columns(JournalEntry.__table__, ("data",))).where(_OF_ROWS).order_by(JournalEntry.serial)
    last: Digests = defaultdict(dict)
    for (data,) in session.execute(query, execution_options={"yield_per": FETCH}):
        for table, digests in _recorded(data).items():
            last[table].update(digests)
    return last


def _recorded(data: Any) -> Digests:
    try:
        tables = json_of(data)[ROWS]
        return {
            table: {key: bytes.fromhex(digest) if digest else None for key, digest in digests.items()}
            for table, digests in tables.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):  # what a forger wrote
        return {}
