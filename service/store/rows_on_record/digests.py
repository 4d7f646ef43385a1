"""Digests of rows as each transaction left them: one entry of the journal with every commit that changed any.

A row's digest is the SHA-256, in lower-case hex, of the JSON of its columns under the audit: names sorted, without
spaces, in UTF-8, values as the database keeps them. What is empty, or a column's default where it cannot be, is left
out, so that a column may be added without changing the digests of rows that are there.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    ColumnElement,
    Row,
    Select,
    String,
    Table,
    event,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from service.models import JournalEntry, new_id
from service.store import clock
from service.store.hash_chain import ENTRY, append_to_chain, utc_text
from service.store.rows_on_record.audited import audited_columns, audited_tables
from service.store.rows_on_record.touched import (
    Key,
    forget_touched,
    forget_written,
    note_of_statement,
    touched_rows,
    written_rows,
)
from service.store.rows_on_record.values import as_kept
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role

ROWS = "rows"  # the key of an entry's data: table → key → digest, or none of a row that is gone
MOST = 500  # rows asked for at a time
_NOW = "recorded_at"
_JOURNAL = JournalEntry.metadata.tables["journal"]


def keep_rows_on_record(maker: sessionmaker[Session]) -> None:
    """Let every commit of these sessions leave the digests of the rows that it changes."""
    event.listen(maker, "do_orm_execute", note_of_statement)
    event.listen(maker, "before_commit", _record)
    event.listen(maker, "after_transaction_end", _end)
    event.listen(maker, "after_soft_rollback", forget_written)


def recorded_at(session: Session, now: datetime) -> None:
    """Say what time it is in this session's transactions; who does not lets the database say it."""
    session.info[_NOW] = now


def record_rows(
    session: Session, digests: Mapping[str, Mapping[str, str | None]], *, now: datetime, act: JournalAct
) -> None:
    """Write digests down, by table and key, as an entry of the journal that is about nothing else."""
    row: dict[str, Any] = {
        **dict.fromkeys(("round_id", "organization_id", "district_id", "actor_id", "reason")),
        "id": new_id(),
        "subject_kind": SubjectKind.ROWS,
        "subject_id": new_id(),  # of its own, so that nobody waits for another's commit
        "at": now,
        "actor_role": Role.SYSTEM,
        "act": act,
        "data": {ROWS: digests},
    }
    append_to_chain(row, ENTRY, 1, None)
    session.execute(_JOURNAL.insert(), row)


def raw_rows(table: Table) -> Select[*tuple[Any, ...]]:
    """A table's rows with the columns under the audit, as the database has them."""
    return select(*(_raw(table.c[name]) for name in read_columns(table)))


def digests_of(table: Table, rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[tuple[str, str]]:
    """Key and digest of each row that `raw_rows` read."""
    names, parts = read_columns(table), len(table.primary_key)
    for row in rows:
        yield key_text(row[:parts]), digest_of(table, zip(names, row, strict=True))


def digest_of(table: Table, row: Iterable[tuple[str, Any]]) -> str:
    """The digest of a row by its columns as the database has them."""
    default, columns = _left_out(table), {}
    for name, value in row:
        if value is None or (name in default and value in default[name]):
            continue
        way = _PLAIN.get(type(value), _plain)
        columns[name] = value if way is None else way(value)
    return hashlib.sha256(_encode(columns)).hexdigest()


def key_text(key: Sequence[Any]) -> str:
    """A primary key as it stands on record: its parts, with ids in the form that has dashes."""
    return _part(key[0]) if len(key) == 1 else "/".join(map(_part, key))


def _part(part: object) -> str:
    text = str(part)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" if len(text) == 32 else text


def _record(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    touched = touched_rows(session)
    digests = {table: found for table, keys in touched.items() if (found := _present(session, table, keys))}
    if digests:
        record_rows(session, digests, now=session.info.get(_NOW) or clock.now(session), act=JournalAct.RECORD)
    forget_touched(session)


def _end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        forget_touched(session)


def _present(session: Session, name: str, keys: Mapping[Key, bool]) -> dict[str, str | None]:
    """The digests of rows as they are now; none of those that are no more."""
    table = audited_tables()[name]
    primary = tuple(table.primary_key)
    column: ColumnElement[Any] = primary[0] if len(primary) == 1 else tuple_(*primary)
    digests: dict[str, str | None] = {key_text(key): None for key, before in keys.items() if before}
    written, names = written_rows(session).get(name, {}), read_columns(table)
    kept = as_kept(session, table, written.values(), names)
    digests.update((key_text(key), digest_of(table, row)) for key, row in zip(written, kept, strict=True))
    to_read = [key for key in keys if key not in written]
    wanted = [key[0] for key in to_read] if len(primary) == 1 else to_read
    for start in range(0, len(wanted), MOST):
        these = column.in_(wanted[start : start + MOST])
        digests.update(digests_of(table, session.execute(raw_rows(table).where(these))))
    return digests


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, String).label(column.key)


@cache
def read_columns(table: Table) -> tuple[str, ...]:
    """The primary key, and then the rest of what is under the audit; keys are under it in every table."""
    return tuple(dict.fromkeys([*(column.name for column in table.primary_key), *audited_columns(table.name)]))


@cache
def _left_out(table: Table) -> Mapping[str, tuple[Any, ...]]:
    """What a column that is never empty says when nothing was put there, as either database gives it."""
    found: dict[str, tuple[Any, ...]] = {}
    for column in (table.c[name] for name in audited_columns(table.name)):
        if column.nullable or column.default is None:
            continue
        if isinstance(column.type, JSON):
            found[column.name] = ("[]", "{}", [], {})
        elif column.default.is_scalar:
            found[column.name] = (column.default.arg,)  # type: ignore[attr-defined]  # a scalar default has one
    return found


def _plain(value: object) -> str | int:
    """What a value of a type of its own is written as; TypeError for what no database gives."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"{value!r} is nothing that a database gives")


_json_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_encode = msgspec.json.Encoder(order="sorted").encode
_PLAIN: Mapping[type, Callable[[Any], object] | None] = {
    **dict.fromkeys((str, int, bool, date, uuid.UUID)),  # as msgspec writes them
    datetime: utc_text,
    # JSON within a column as Python writes it, for msgspec has another way with some numbers
    **dict.fromkeys((dict, list, float), lambda value: msgspec.Raw(_json_text(value).encode())),
}
