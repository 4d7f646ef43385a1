"""The audit finds every change to the events: edits, gaps, swaps, cut tails, rehashed chains."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, select, text, update
from sqlalchemy.orm import Session

from service.audit.checkpoints import checkpoint
from service.audit.faults import Fault, FaultKind
from service.audit.verify import verify
from service.models import Checkpoint, Event, Finding, new_id
from service.store.db import connect, sessions
from service.store.hash_chain import canonical_text, chain_hash
from tests.build.event_rows import make_event
from tests.worlds.books import build_town, make_finding
from tests.worlds.rows import NOW
from workflows.vocabulary import Move, Role, State

EVENTS, CHECKPOINTS = (Event.metadata.tables[name] for name in ("events", "checkpoints"))
OF_DIGESTS = (FaultKind.CHANGED, FaultKind.PUT_IN, FaultKind.TAKEN_OUT)
MOVES = (Move.LOG, Move.NOTIFY, Move.BEGIN, Move.SUBMIT, Move.REVIEW_FAIL)
FORGED: dict[str, Any] = {
    "id": new_id(),
    "position": 77,
    "at": NOW + timedelta(microseconds=1),
    "actor_role": Role.LEADERSHIP,
    "move": Move.REVIEW_PASS,
    "step": "forged",
    "from_state": State.VERIFIED,
    "to_state": State.VERIFIED,
    "escalation_level": 2,
    "reason": "整改到位",
    "data": {"evidence_ids": []},
    "audience": "forged",
    "upward": True,
    "salt": "0" * 32,
    "canonical": "{}",
    "hash": "0" * 64,
    "previous_hash": "f" * 64,
    "serial": 7_000_000,
    "transaction_id": 9_000_000,
}


@pytest.fixture
def findings(session: Session) -> list[Finding]:
    """Three findings with five events each, all under a checkpoint."""
    town = build_town(session)
    made = [make_finding(session, town, number) for number in (1, 2, 3)]
    for at, move in enumerate(MOVES):
        for finding in made:
            data = {"requirement": "更换摄像头", "deadline": "2026-05-20T09:00:00+00:00", "evidence_ids": ["甲", "乙"]}
            actor = town.inspector.id if at % 2 else None
            make_event(session, finding, move, at=NOW + timedelta(minutes=at), actor_id=actor, data=data)
    session.commit()
    assert checkpoint(session, now=NOW)
    session.commit()
    return made


@pytest.fixture
def forger(engine: Engine, findings: list[Finding]) -> Iterator[Connection]:
    """Somebody with all rights over the database, who has taken the guards away; what is forged is never committed."""
    allowed = connect(engine.url.render_as_string(hide_password=False), upgrading=True)  # foreign keys off, on SQLite
    with allowed.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            drop_triggers(connection)
        yield connection
    allowed.dispose()


def drop_triggers(connection: Connection) -> None:
    for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def faults(connection: Connection) -> list[Fault]:
    """What chains and checkpoints find; digests of rows, which find more, have tests of their own."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return [fault for fault in verify(session) if fault.kind not in OF_DIGESTS]


def rehash(connection: Connection, finding: Finding, first: int = 1) -> None:
    """What a forger who knows the code would do: make one whole chain fit again."""
    rows = connection.execute(select(EVENTS).where(EVENTS.c.finding_id == finding.id).order_by(EVENTS.c.position)).all()
    previous: str | None = None
    for position, row in enumerate(rows, start=1):
        event = dict(row._mapping) | {"position": position, "previous_hash": previous}
        canonical = canonical_text(event)
        previous = chain_hash(previous, canonical)
        changed = {
            "position": position,
            "previous_hash": event["previous_hash"],
            "canonical": canonical,
            "hash": previous,
        }
        connection.execute(update(EVENTS).where(EVENTS.c.serial == row.serial).values(changed))
    head = {"chain_length": len(rows), "chain_head": previous}
    connection.execute(update(Finding).where(Finding.id == finding.id).values(head))


def test_untouched_books_are_whole(forger: Connection) -> None:
    assert faults(forger) == []


def test_an_edit_of_any_column_is_found(findings: list[Finding], forger: Connection) -> None:
    assert set(FORGED) | {"finding_id", "actor_id"} == {column.name for column in EVENTS.columns}
    third = (EVENTS.c.finding_id == findings[1].id) & (EVENTS.c.position == 3)
    for column, value in FORGED.items():
        with forger.begin_nested() as forgery:
            forger.execute(update(EVENTS).where(third).values({column: value}))
            found = faults(forger)
            forgery.rollback()
        if column in ("serial", "transaction_id"):
            assert found == [Fault(FaultKind.CHECKPOINT, checkpoint=1, field="checkpoints")], column
        else:
            assert (found[0].finding_id, found[0].number) == (findings[1].id, findings[1].number), column
            assert found[0].position in (3, 4), column
    assert faults(forger) == []


def test_an_event_moved_to_another_actor_or_finding_is_found(findings: list[Finding], forger: Connection) -> None:
    other = findings[2].created_by_id
    first = (EVENTS.c.finding_id == findings[0].id) & (EVENTS.c.position == 1)
    forger.execute(update(EVENTS).where(first).values(actor_id=other))
    assert faults(forger) == [Fault(FaultKind.CONTENT, findings[0].id, findings[0].number, 1)]
    forger.execute(update(EVENTS).where(first).values(actor_id=None, finding_id=findings[1].id, position=6))
    assert {fault.finding_id for fault in faults(forger)} == {findings[0].id, findings[1].id}


def test_a_deleted_event_is_found(findings: list[Finding], forger: Connection) -> None:
    for position in range(1, len(MOVES) + 1):
        one = (EVENTS.c.finding_id == findings[0].id) & (EVENTS.c.position == position)
        with forger.begin_nested() as forgery:
            forger.execute(delete(EVENTS).where(one))
            chain, sealed = faults(forger)
            forgery.rollback()
        assert chain.kind == (FaultKind.TAIL if position == len(MOVES) else FaultKind.GAP)
        assert chain.finding_id == findings[0].id
        assert sealed == Fault(FaultKind.CHECKPOINT, checkpoint=1, field="checkpoints")


def test_swapped_neighbours_are_found(findings: list[Finding], forger: Connection) -> None:
    for position, new in ((2, 99), (3, 2), (99, 3)):
        one = (EVENTS.c.finding_id == findings[0].id) & (EVENTS.c.position == position)
        forger.execute(update(EVENTS).where(one).values(position=new))
    assert Fault(FaultKind.LINK, findings[0].id, findings[0].number, 2) in faults(forger)


def test_a_tail_cut_with_its_finding_is_found_by_the_checkpoint(findings: list[Finding], forger: Connection) -> None:
    forger.execute(delete(EVENTS).where(EVENTS.c.finding_id == findings[0].id, EVENTS.c.position > 3))
    rehash(forger, findings[0])
    forger.execute(update(Finding).where(Finding.id == findings[0].id).values(failures_in_all=0))
    assert faults(forger) == [Fault(FaultKind.CHECKPOINT, checkpoint=1, field="checkpoints")]


def test_a_whole_chain_that_was_rehashed_is_found_by_the_checkpoint(
    findings: list[Finding], forger: Connection
) -> None:
    second = (EVENTS.c.finding_id == findings[2].id) & (EVENTS.c.position == 2)
    forger.execute(update(EVENTS).where(second).values(reason="当时已整改到位"))
    rehash(forger, findings[2])
    assert faults(forger) == [Fault(FaultKind.CHECKPOINT, checkpoint=1, field="checkpoints")]


def test_an_event_slipped_in_is_found(findings: list[Finding], forger: Connection) -> None:
    row = forger.execute(
        select(EVENTS).where(EVENTS.c.finding_id == findings[0].id).order_by(EVENTS.c.position)
    ).first()
    assert row
    forger.execute(EVENTS.insert().values(dict(row._mapping) | {"serial": 0, "id": new_id(), "position": 6}))
    rehash(forger, findings[0])
    assert faults(forger) == [Fault(FaultKind.CHECKPOINT, checkpoint=1, field="checkpoints")]


def test_a_finding_that_lost_its_row_is_found(findings: list[Finding], forger: Connection) -> None:
    forger.execute(delete(Finding).where(Finding.id == findings[0].id))
    assert faults(forger) == [Fault(FaultKind.NO_FINDING, findings[0].id, None, 1)]


def test_a_finding_without_events_is_whole_and_one_that_lost_all_is_not(
    findings: list[Finding], forger: Connection
) -> None:
    forger.execute(delete(EVENTS).where(EVENTS.c.finding_id == findings[0].id))
    assert Fault(FaultKind.TAIL, findings[0].id, findings[0].number, 0) in faults(forger)


def test_an_edited_checkpoint_is_found(forger: Connection) -> None:
    edits = {"at": NOW - timedelta(days=1), "events": 3, "event_serial": 4, "transaction_id": 1, "hash": "0" * 64}
    for column, value in edits.items():
        with forger.begin_nested() as forgery:
            forger.execute(update(CHECKPOINTS).values({column: value}))
            assert faults(forger) == [Fault(FaultKind.CHECKPOINT, checkpoint=1, field="checkpoints")], column
            forgery.rollback()


def test_a_missing_checkpoint_is_found(findings: list[Finding], forger: Connection) -> None:
    with Session(forger, join_transaction_mode="create_savepoint") as session:
        made = [
            Checkpoint(serial=serial, at=NOW, transaction_id=0, event_serial=0, events=0, hash="") for serial in (2, 3)
        ]
        session.add_all(made)
        session.flush()
        session.execute(delete(Checkpoint).where(Checkpoint.serial == 2))
        found = verify(session)
    assert Fault(FaultKind.CHECKPOINT, checkpoint=2, field="checkpoints") in found
    assert Fault(FaultKind.CHECKPOINT, checkpoint=1, field="checkpoints") not in found


@pytest.mark.parametrize("column", ["at", "data", "move", "actor_id", "id", "upward"])
def test_garbage_in_a_column_is_a_fault_and_not_a_crash(sqlite_url: str, column: str) -> None:
    """SQLite keeps whatever it is given."""
    engine = connect(sqlite_url, upgrading=True)
    with sessions(engine)() as session:
        finding = make_finding(session, build_town(session))
        make_event(session, finding, Move.LOG)
        session.commit()
    with engine.connect() as forger:
        drop_triggers(forger)
        forger.execute(text("PRAGMA ignore_check_constraints = ON"))
        forger.execute(text(f"UPDATE events SET {column} = 'garbage'"))  # noqa: S608 - a column of the list above
        assert faults(forger) == [Fault(FaultKind.CONTENT, finding.id, finding.number, 1)]
    engine.dispose()
