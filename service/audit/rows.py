"""Rows held against the events: findings, and what people did about them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import FromClause, Row, RowMapping, Select, select
from sqlalchemy.orm import Session

from service.audit.expected import ACTS, ExpectedRow, RawEvent, expected_finding, expected_rows
from service.audit.faults import Fault, FaultKind
from service.audit.raw import id_text, instant_of, json_of, raw_columns
from service.models import Event, Extension, Finding, HandlingOpinion, Reply, Review, Submission

BATCH = 500  # findings in memory at a time, with their events
_EVENT = ("move", "to_state", "at", "actor_id", "reason", "data")
_FINDING = (
    *("number", "organization_id", "severity", "state", "deadline", "voided_at"),
    *("first_overdue_at", "first_deadline", "failures_in_all", "highest_level"),
)
_TABLES: tuple[FromClause, ...] = tuple(
    model.__table__ for model in (Submission, Review, Extension, HandlingOpinion, Reply)
)


def row_faults(
    session: Session, skipped: Collection[str | None], merged: Mapping[str | None, str | None] = MappingProxyType({})
) -> Iterator[Fault]:
    """Every field that is not what the events say, and rows that are missing or that no event names.

    Reads findings in batches, each with three kinds of queries; `skipped` are the ids of those left out,
    `merged` organizations that have become part of others, whose findings went with them on record.
    """
    last: str | None = None
    while findings := session.execute(_findings(last)).all():
        last = findings[-1].id
        sound = {row.id: row for row in findings if row.id not in skipped}
        events = _events(session, list(sound))
        rows = {table: _rows(session, table, list(sound)) for table in _TABLES}
        for id_, finding in sound.items():
            if events[id_]:
                yield from _of_finding(finding, events[id_], merged)
            named = expected_rows(events[id_])
            for table in _TABLES:
                yield from _of_table(finding, table.description, named, rows[table][id_])


def _findings(after: str | None) -> Select[*tuple[Any, ...]]:
    columns = raw_columns(Finding.__table__, _FINDING)
    query = select(Finding.id, Finding.escalation_level, *columns).order_by(Finding.id).limit(BATCH)
    return query if after is None else query.where(Finding.id > after)


def _events(session: Session, ids: Sequence[str]) -> Mapping[str, list[RawEvent]]:
    columns = raw_columns(Event.__table__, _EVENT)
    query = select(Event.finding_id, Event.position, Event.escalation_level, *columns).where(Event.finding_id.in_(ids))
    found: dict[str, list[RawEvent]] = defaultdict(list)
    for row in session.execute(query.order_by(Event.finding_id, Event.position)):
        data = json_of(row.data)
        found[row.finding_id].append(
            RawEvent(row.position, row.move, row.to_state, row.escalation_level, row.at, row.actor_id, row.reason, data)
        )
    return found


def _rows(session: Session, table: FromClause, ids: Sequence[str]) -> Mapping[str, dict[str, RowMapping]]:
    """The rows of one table by finding and id."""
    columns = raw_columns(table, ("id", *ACTS[table.description]))
    opinions = HandlingOpinion.__table__
    owner = table.columns.get("finding_id", opinions.columns["finding_id"])  # a reply's is that of its opinion
    query = select(owner.label("owner_id"), *columns).where(owner.in_(ids))
    if table is Reply.__table__:
        query = query.join_from(table, opinions)
    found: dict[str, dict[str, RowMapping]] = defaultdict(dict)
    for row in session.execute(query).mappings():
        found[row["owner_id"]][id_text(row["id"]) or ""] = row
    return found


def _of_finding(row: Row[Any], events: Sequence[RawEvent], merged: Mapping[str | None, str | None]) -> Iterator[Fault]:
    stored = row._mapping  # noqa: SLF001 - the documented way to a row's names
    expected = expected_finding(events)
    if "organization_id" in expected:
        logged = id_text(expected["organization_id"])
        expected["organization_id"] = merged.get(logged, logged)
    for name, value in expected.items():
        found = stored[name] is not None if name == "voided_at" else stored[name]
        if not _is_equal(name, found, value):
            yield Fault(FaultKind.ROW, row.id, row.number, events[-1].position, field=f"findings.{name}")


def _of_table(
    finding: Row[Any], table: str, named: Mapping[tuple[str, str], ExpectedRow], rows: Mapping[str, RowMapping]
) -> Iterator[Fault]:
    mine = {id_: act for (of, id_), act in named.items() if of == table}
    for id_, act in mine.items():
        row = rows.get(id_)
        if row is None:
            yield Fault(FaultKind.NO_ROW, finding.id, finding.number, act.position, field=table)
            continue
        for name, value in act.columns.items():
            if not _is_equal(name, row[name], value):
                yield Fault(FaultKind.ROW, finding.id, finding.number, act.position, field=f"{table}.{name}")
    for _ in rows.keys() - mine.keys():
        yield Fault(FaultKind.NO_EVENT, finding.id, finding.number, field=table)


def _is_equal(name: str, stored: Any, expected: Any) -> bool:
    """Whether two values are equal, however each of the two writes ids and instants."""
    if stored is None or expected is None or stored == expected:
        return bool(stored == expected)
    if name.endswith("_id"):
        return id_text(stored) == id_text(expected)
    if name.endswith(("_at", "deadline")) and not isinstance(expected, bool):
        try:
            return instant_of(stored) == instant_of(expected)
        except (ValueError, TypeError):  # what a forger wrote need not be a time
            return False
    return False
