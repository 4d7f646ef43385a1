"""The audit finds an edit of any cell and any row put in or taken out, save what is out of it for a reason."""

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from service.audit.checkpoints import EVENTS, JOURNAL, checkpoint
from service.audit.digests import take_over_rows
from service.audit.verify import verify
from service.models import (
    AnswerRevision,
    Base,
    ClosingDecision,
    Document,
    DocumentPlace,
    Finding,
    Inspection,
    Person,
    Post,
    ProviderAccount,
    Revision,
    Round,
    RoundUnit,
)
from service.store.db import connect, sessions
from service.store.rows_on_record.audited import COLUMNS_OUT, TABLES_OUT, audited_tables
from service.store.rows_on_record.digests import _left_out, digest_of
from tests.build.cells import another, cells_of, edit, key_of, rows_of
from tests.functional.scope_objects import build_objects
from tests.worlds.books import Town, make_finding
from tests.worlds.http import OPENS_AT, open_world
from tests.worlds.rows import NOW
from workflows.vocabulary import Answer, ClosingOutcome, Role, State


@pytest.fixture(scope="module")
def books(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A season with rows of every kind that the audit covers, all under checkpoints."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "duban.db").write_bytes(sqlite_template.read_bytes())
    world = open_world(f"sqlite:///{folder / 'duban.db'}", folder)
    build_objects(world)
    with world.session() as session:
        add_what_the_calls_leave_out(session)
        session.commit()
        for book in (EVENTS, JOURNAL):
            assert checkpoint(session, now=OPENS_AT + timedelta(days=9), book=book)
        session.commit()
        assert verify(session) == []
    world.engine.dispose()
    engine = connect(f"sqlite:///{folder / 'duban.db'}", upgrading=True)  # foreign keys off
    yield engine
    engine.dispose()


def add_what_the_calls_leave_out(session: Session) -> None:
    finding = session.scalars(select(Finding).limit(1)).one()
    sheet = session.scalars(select(Inspection).limit(1)).one()
    person = session.scalars(select(Person).limit(1)).one()
    ledger = {"document_id": session.scalars(select(Document.id).limit(1)).one(), "role": Role.INSPECTOR}
    round_ = session.scalars(select(Round).limit(1)).one()
    decided = {"reason": "转下轮", "decided_at": OPENS_AT, "decided_by_id": person.id}
    item_id = sheet.checklist.items[0].id
    answer = {"answer": Answer.IN_PLACE, "answered_at": OPENS_AT, "answered_by_id": person.id}
    revised = {"revised_at": OPENS_AT, "revised_by_id": person.id}
    session.add_all(
        [
            ClosingDecision(finding_id=finding.id, round_id=round_.id, outcome=ClosingOutcome.ENDED, **decided),
            Revision(finding_id=finding.id, field="summary", before="摄像头坏", **revised),
            AnswerRevision(inspection_id=sheet.id, item_id=item_id, version=1, **answer),
            Post(person_id=person.id, organization_id=person.organization_id, role=Role.LEADERSHIP),
            ProviderAccount(person_id=person.id, subject_hash="0" * 64, linked_at=OPENS_AT),
            DocumentPlace(round_id=round_.id, organization_id=finding.organization_id, **ledger),
            RoundUnit(round_id=round_.id, organization_id=finding.organization_id, takes_part=True),
        ]
    )


@pytest.fixture
def forger(books: Engine) -> Iterator[Connection]:
    """Somebody with the file in hand, who has taken the guards away; what is forged is never committed."""
    with books.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        yield connection
        connection.rollback()


def test_an_edit_of_any_cell_is_found(forger: Connection) -> None:
    """One row of every column: as many tables at once as there are, one column of each row in a turn."""
    turns = [cells_of(forger, table) for table in audited_tables().values()]
    for turn in range(max(map(len, turns))):
        cells = [cell for table in turns if turn < len(table) for cell in table[turn]]
        with forger.begin_nested() as forgery:
            for cell in cells:
                edit(forger, cell)
            found = faults(forger)
            forgery.rollback()
        missed = [f"{cell.table.name}.{cell.column.name}" for cell in cells if (cell.table.name, cell.key) not in found]
        assert missed == []


def test_a_row_taken_away_and_a_row_put_in_are_found(forger: Connection) -> None:
    with forger.begin_nested() as forgery:
        taken = {}
        for name, table in audited_tables().items():
            (rowid, *row), *_ = rows_of(forger, table)
            forger.exec_driver_sql(f"DELETE FROM {name} WHERE rowid = ?", (rowid,))  # noqa: S608 - our own table
            taken[name] = (key_of(table, row), row)
        assert {(name, key) for name, (key, _) in taken.items()} <= faults(forger)
        forgery.rollback()
    with forger.begin_nested() as forgery:
        for name, (_, row) in taken.items():
            table = audited_tables()[name]
            put = [another(column, value) for column, value in zip(table.columns, row, strict=True)]
            forger.exec_driver_sql(f"INSERT INTO {name} VALUES ({', '.join('?' * len(put))})", tuple(put))  # noqa: S608
            taken[name] = (key_of(table, put), put)
        assert {(name, key) for name, (key, _) in taken.items()} <= faults(forger)
        forgery.rollback()


def test_neighbours_that_changed_places_are_found(forger: Connection) -> None:
    with forger.begin_nested() as forgery:
        swapped = set()
        for table in (audited_tables()[name] for name in ("alerts", "attachments", "submissions", "team_members")):
            (first, *one), (second, *other), *_ = rows_of(forger, table)
            forger.exec_driver_sql(f"DELETE FROM {table.name} WHERE rowid IN ({first}, {second})")  # noqa: S608
            keys = len(table.primary_key)
            for row in (one[:keys] + other[keys:], other[:keys] + one[keys:]):
                marks = ", ".join("?" * len(row))
                forger.exec_driver_sql(f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})", tuple(row))  # noqa: S608
            swapped.add(table.name)
        assert {"alerts", "submissions"} <= {table for table, _ in faults(forger)}
        forgery.rollback()


@given(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
    st.datetimes(timezones=st.sampled_from((UTC, timezone(timedelta(hours=8))))),
    st.integers(-(2**63), 2**63 - 1),
)
def test_a_digest_is_of_json_as_python_writes_it(words: str, nested: Any, at: datetime, number: int) -> None:
    row = {
        "id": uuid.UUID(int=7),
        "location": words,
        "progress": nested,
        "found_at": at,
        "cycle": number,
        "state": State.FOUND,
    }
    plain = {**row, "id": str(row["id"]), "found_at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    table = audited_tables()["findings"]
    named = {
        name: value
        for name, value in plain.items()
        if value is not None and value not in _left_out(table).get(name, ())
    }
    text = json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest_of(table, row.items()) == hashlib.sha256(text.encode()).hexdigest()


def test_what_no_database_gives_has_no_digest() -> None:
    with pytest.raises(TypeError, match="nothing that a database gives"):
        digest_of(audited_tables()["findings"], [("location", b"2F")])


def test_every_column_is_covered_or_out_for_a_reason() -> None:
    """A new table is under the audit unless it is named here; a new column always."""
    tables = Base.metadata.tables
    assert set(COLUMNS_OUT) <= set(tables)
    assert set(TABLES_OUT) <= set(tables)
    for name, columns in COLUMNS_OUT.items():
        assert set(columns) < set(tables[name].columns.keys())
        assert not set(columns) & set(tables[name].primary_key.columns.keys())
    assert all(len(reason) > 20 for reason in TABLES_OUT.values())


def test_statements_over_many_rows_leave_their_digests(session: Session, town: Town) -> None:
    """Of every form in which rows are written past the unit of work; on SQLite and PostgreSQL."""
    findings = [make_finding(session, town, number) for number in (1, 2, 3)]
    session.commit()
    session.execute(update(Finding).where(Finding.number.like("%1")).values(plan="换新"))
    posts = Post.metadata.tables["posts"]
    key = {"organization_id": town.college.id, "role": Role.UNIVERSITY}
    session.execute(insert(posts), [{"person_id": town.people[who].id, **key} for who in ("inspector", "leader")])
    session.commit()
    renamed = update(posts).where(posts.c.person_id == town.people["leader"].id)
    session.execute(renamed.values(organization_id=town.neighbour_college.id))
    session.execute(delete(posts).where(posts.c.person_id == town.people["inspector"].id))
    session.delete(findings[2])
    with session.begin_nested() as undone:
        session.add(
            Revision(finding_id=findings[0].id, field="summary", revised_at=NOW, revised_by_id=town.inspector.id)
        )
        session.flush()
        undone.rollback()
    session.commit()
    assert verify(session) == []


def test_rows_from_before_are_taken_over_once(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    with Session(engine) as old:  # a version that knew of no digests
        old.add(Round(number="2020-30", title="旧", starts_on=NOW.date(), ends_on=NOW.date(), policy_version="v"))
        old.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        old.connection().exec_driver_sql("INSERT INTO rulebooks VALUES ('v', 'policy', '', '2020-01-01 00:00:00')")
        old.commit()
    with sessions(engine)() as session:
        assert {fault.field for fault in verify(session)} == {"rounds", "rulebooks"}
    with sessions(engine)() as session:
        assert take_over_rows(session, now=NOW) == 2
        session.commit()
        assert verify(session) == []
    with Session(engine) as forged:
        forged.execute(update(Round).values(title="新"))
        forged.commit()
    with sessions(engine)() as session:
        assert take_over_rows(session, now=NOW) == 0
        assert [fault.field for fault in verify(session)] == ["rounds"]
    engine.dispose()


def faults(connection: Connection) -> set[tuple[str | None, str | None]]:
    """Table and key of each row that the audit finds."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return {(fault.field, fault.subject_id) for fault in verify(session)}
