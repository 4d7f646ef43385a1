"""As many findings as are wanted, in every state that a season leaves behind, written as fast as can be."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any

from sqlalchemy import Engine, Table, select

from benchmarks.seed import SEASON, count_ahead
from service.models import Finding, FindingWords, new_id
from service.models.findings import searched
from service.models.words import words_of
from service.store.db import reading
from workflows.vocabulary import State

AT_A_TIME = 1000  # rows of an insert, where there is no COPY
RARE, COMMON = "应急广播无声", "消防通道"  # words of one finding in a thousand, and of nearly all
SELDOM, OFTEN = "灭火器压力不足", "监控画面"  # of one in two hundred, and of one in ten
KINDS = 50  # of findings, each a fiftieth: three of five were put right, one of fifty is at risk
RECTIFYING = 5  # one of them
LATER, EARLIER = timedelta(days=30), timedelta(days=1)
NEVER_HEARD = "0" * 64


def findings(
    constant: Mapping[str, Any],
    places: Sequence[tuple[str, str]],
    many: int,
    *,
    prefix: str = "2026-L-",
    due_at: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """Rows of `findings`: by turns in each unit, and there by turns in each state; all with the same columns.

    With `due_at` all are being put right, and their deadline passes at that instant.
    """
    now = datetime.now(UTC)
    kinds = [{**constant, **_standing(kind, now)} for kind in range(KINDS)]
    if due_at is not None:
        missed = due_at - timedelta(microseconds=1)
        due = {"deadline": missed, "original_deadline": missed, "next_action_at": due_at, "at_risk_at": missed}
        kinds = [{**kinds[RECTIFYING], **due}] * KINDS
    for n in range(1, many + 1):
        unit, district = places[n % len(places)]
        texts = {"number": f"{prefix}{n}", "summary": _summary(n)}
        yield {
            **kinds[n // len(places) % KINDS],
            **texts,
            "id": new_id(),
            "organization_id": unit,
            "district_id": district,
            "created_at": SEASON + timedelta(seconds=n),
        }


def with_books(rows: Iterable[dict[str, Any]], policy_version: str) -> Iterator[dict[str, Any]]:
    """The rows with what Duban alone keeps: what is searched, the law's progress, the chain's head."""
    of_books = {
        "policy_version": policy_version,
        "progress": {},
        "receipt_signed": True,
        "chain_length": 3,
        "chain_head": NEVER_HEARD,
    }
    for row in rows:
        yield {**row, **of_books, "search_text": searched(row)}


def write(engine: Engine, table: Table | Any, given: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, however many: by COPY and without looking up what they refer to, where the database can."""
    rows = iter(given)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            _copy(connection.connection.cursor(), table, rows)
        else:
            while batch := list(islice(rows, AT_A_TIME)):
                connection.execute(table.insert(), batch)
    if table is Finding.__table__:
        count_ahead(engine)


def index_words(engine: Engine) -> None:
    """Let findings that were written be found by their words; PostgreSQL makes its index anew, which is quicker."""
    indexes = WORDS.indexes if engine.dialect.name == "postgresql" else ()
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    query = select(Finding.id, Finding.search_text).where(Finding.id.not_in(select(FindingWords.finding_id)))
    with reading(engine).connect() as connection:
        if indexes:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        found = connection.execution_options(yield_per=AT_A_TIME).execute(query)
        write(engine, WORDS, (words_of(*row) for row in found))
    with engine.begin() as connection:
        for index in indexes:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            index.create(connection)


def _copy(cursor: Any, table: Table, rows: Iterator[Mapping[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    filled = {column.name: _constant(column) for column in table.columns if column.name not in first}
    filled = {name: value for name, value in filled.items() if value is not None}
    names = [*first, *filled]
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL session_replication_role = replica")
    rest = [_as_text(value) for value in filled.values()]
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in chain([first], rows):
            copy.write_row([*map(_as_text, row.values()), *rest])


def _constant(column: Any) -> Any:
    """The default that is the same for all rows; none: there is no such."""
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return f"{{{','.join(map(str, value))}}}"
    return json.dumps(value) if isinstance(value, dict) else value


def _summary(n: int) -> str:
    if n % 1000 == 0:
        return f"{RARE}，备用电源未接 {n}"
    by_chance = n * 2_654_435_761 >> 16 & 0xFFFF  # so that each unit has some
    if by_chance % 200 == 7:
        return f"{SELDOM} {n}"
    return f"{OFTEN}有盲区 {n}" if by_chance % 10 == 1 else f"{COMMON}堆放杂物 {n}"


def _standing(kind: int, now: datetime) -> dict[str, Any]:
    """How a finding of one of the kinds stands: its state, its clock and what the light goes by."""
    notified = {"notified_at": SEASON, "deadline": now + LATER, "original_deadline": now + LATER}
    received = {**notified, "received_at": SEASON}
    missed = {**received, "overdue_at": now - EARLIER, "first_overdue_at": now - EARLIER}
    escalated = {**missed, "escalated_at": now - EARLIER, "escalation_level": 1, "highest_level": 1}
    reported = {"escalation_level": 2, "highest_level": 2, "reported_at": now - EARLIER}
    open_ = {"next_action_at": now + LATER, "at_risk_at": now + LATER}
    nothing = dict.fromkeys((*escalated, *open_, "reported_at", "verified_at"))
    level = {"escalation_level": 0, "highest_level": 0}
    by_kind: tuple[dict[str, Any], ...] = (
        *[{"state": State.FOUND}] * 2,
        *[{"state": State.NOTIFIED, **notified}] * 2,
        {"state": State.RECTIFYING, **received, "at_risk_at": now - EARLIER},
        *[{"state": State.RECTIFYING, **received}] * 9,
        *[{"state": State.OVERDUE, **missed}] * 3,
        *[{"state": State.ESCALATED, **escalated}] * 2,
        {"state": State.ESCALATED, **escalated, **reported},
        *[{"state": State.VERIFIED, **received, "verified_at": now - EARLIER, **dict.fromkeys(open_)}] * 30,
    )
    return {**nothing, **level, **open_, **by_kind[kind]}


FINDINGS, WORDS = Finding.__table__, FindingWords.metadata.tables["finding_words"]
