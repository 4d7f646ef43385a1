"""Which audited rows a session's transaction has changed: by the unit of work, and by statements over many rows."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import JSON, ClauseElement, Column, Table, event, inspect, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session
from sqlalchemy.sql.dml import Delete, Insert, Update, UpdateBase

from service.models import Base
from service.store.rows_on_record.audited import audited_columns, audited_tables

Key = tuple[Any, ...]  # of the primary key's columns
Touched = dict[str, dict[Key, bool]]  # table → key → whether the row may have been there before
NOTED = "rows_noted"  # execution option of a statement whose rows were noted by `note_rows`
Written = dict[str, dict[Key, Mapping[str, Any]]]  # table → key → what its columns say now; none of the rest
_TOUCHED, _WRITTEN = "touched_rows", "written_rows"


def touched_rows(session: Session) -> Touched:
    """The rows that the session's transaction has changed so far, flushed or told of."""
    touched: Touched = session.info.setdefault(_TOUCHED, {})
    return touched


def written_rows(session: Session) -> Written:
    """Those of them that the transaction wrote whole, and last: to read them again would say nothing new."""
    written: Written = session.info.setdefault(_WRITTEN, {})
    return written


def note_rows(session: Session, table: str, keys: Iterable[Key], *, new: bool = False) -> None:
    """Note that rows are written past the unit of work; of new ones those count that are there afterwards."""
    if audited_columns(table):
        rows, written = touched_rows(session).setdefault(table, {}), written_rows(session).get(table, {})
        for key in keys:
            rows[key] = not new or rows.get(key, False)
            written.pop(key, None)


def note_whole(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note what rows say after the statement that has just been noted; a column that is not named has its default.

    Rows of which that is not known of all columns under the audit are left to be read.
    """
    if not audited_columns(table.name):
        return
    written, needed, key = written_rows(session).setdefault(table.name, {}), _needed(table), key_names(table)
    for row in rows:
        if needed <= row.keys() and _are_values(frozenset(map(type, row.values()))):
            written[tuple([row[name] for name in key])] = row


@cache
def _are_values(kinds: frozenset[type]) -> bool:
    """Whether none of the kinds is an expression, whose value the database alone knows."""
    return not any(issubclass(kind, ClauseElement) for kind in kinds)


@cache
def key_names(table: Table) -> tuple[str, ...]:
    """The columns of a table's primary key."""
    return tuple(column.name for column in table.primary_key)


@cache
def _needed(table: Table) -> frozenset[str]:
    """The columns that must be named for a row to be known whole."""
    columns = (table.c[name] for name in audited_columns(table.name))
    return frozenset(column.name for column in columns if not is_left_out(column))


def is_left_out(column: Column[Any]) -> bool:
    """Whether a column may be missing from an INSERT without anybody having to look what stands there then."""
    if column.primary_key or column.server_default is not None:
        return False
    if column.default is None:
        return bool(column.nullable)
    return not column.nullable and (column.default.is_scalar or isinstance(column.type, JSON))


def note_updated(session: Session, table: str, keys: Iterable[Key], columns: Iterable[str]) -> None:
    """The same of rows that are updated, if any of the columns is under the audit."""
    if not set(columns).isdisjoint(audited_columns(table)):
        note_rows(session, table, keys)


def forget_touched(session: Session) -> None:
    """Begin anew, with the next transaction."""
    session.info.pop(_TOUCHED, None)
    forget_written(session)


def forget_written(session: Session, *_: object) -> None:
    """Let all rows be read: what was written is taken back, wholly or to a savepoint."""
    session.info.pop(_WRITTEN, None)


def note_of_statement(state: ORMExecuteState) -> None:
    """Note the rows of an INSERT, UPDATE or DELETE before it runs; a text must have its rows noted by its writer."""
    statement = state.statement
    if not isinstance(statement, UpdateBase) or state.execution_options.get(NOTED):
        return
    table = statement.table
    if not isinstance(table, Table) or not audited_columns(table.name):
        return
    given: Any = state.parameters if isinstance(state.parameters, list | tuple) else [state.parameters or {}]
    for parameters in given:
        if isinstance(statement, Insert):
            row = {**_values(statement), **parameters}
            note_rows(state.session, table.name, [_key_of(table, row)], new=True)
        elif isinstance(statement, Delete):
            note_rows(state.session, table.name, _found(state, statement, parameters))
        elif isinstance(statement, Update):
            _note_update(state, statement, table, parameters)


def _note_update(state: ORMExecuteState, statement: Update, table: Table, parameters: Mapping[str, Any]) -> None:
    values = _values(statement) or dict(parameters)
    if set(values).isdisjoint(audited_columns(table.name)):
        return
    keys = list(_found(state, statement, parameters))
    note_rows(state.session, table.name, keys)
    names = [column.name for column in table.primary_key]
    if not set(values).isdisjoint(names):  # the rows go on under other keys
        renamed = (tuple(values.get(name, part) for name, part in zip(names, key, strict=True)) for key in keys)
        note_rows(state.session, table.name, renamed, new=True)


def _found(state: ORMExecuteState, statement: Update | Delete, parameters: Mapping[str, Any]) -> Iterator[Key]:
    """The keys of the rows that a statement is about to change."""
    query = select(*statement.table.primary_key).where(*statement._where_criteria)  # noqa: SLF001 - has no public name
    yield from map(tuple, state.session.execute(query, parameters))


def _values(statement: Insert | Update) -> dict[str, Any]:
    """What a statement sets, by column; the plain value where it is one."""
    values: Mapping[Any, Any] = statement._values or {}  # noqa: SLF001 - has no public name
    return {getattr(column, "name", column): getattr(value, "value", value) for column, value in values.items()}


def _key_of(table: Table, row: Mapping[str, Any]) -> Key:
    return tuple([row[name] for name in key_names(table)])


def _note_object(mapper: Mapper[Any], _connection: object, target: Any, *, new: bool = False) -> None:
    session, table = object_session(target), mapper.local_table
    if session is not None and isinstance(table, Table) and table.name in audited_tables():
        note_rows(session, table.name, [tuple(mapper.primary_key_from_instance(target))], new=new)


def _note_new(mapper: Mapper[Any], connection: object, target: Any) -> None:
    _note_object(mapper, connection, target, new=True)
    session, table = object_session(target), mapper.local_table
    if session is not None and isinstance(table, Table) and table.name in audited_tables():
        attributes = ((column.name, mapper.get_property_by_column(column).key) for column in table.columns)
        note_whole(session, table, [{name: target.__dict__[key] for name, key in attributes if key in target.__dict__}])


def _note_changed(mapper: Mapper[Any], connection: object, target: Any) -> None:
    changed = inspect(target).committed_state
    if not changed.keys().isdisjoint(audited_columns(mapper.local_table.description)):
        _note_object(mapper, connection, target)


event.listen(Base, "after_insert", _note_new, propagate=True)
event.listen(Base, "after_update", _note_changed, propagate=True)
event.listen(Base, "after_delete", _note_object, propagate=True)
