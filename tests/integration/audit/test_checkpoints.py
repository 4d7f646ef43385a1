"""Checkpoints cover every event once, and never pass a transaction that is still open."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.checkpoints import EVENTS, checkpoint, unsealed_since
from service.audit.verify import verify
from service.models import Checkpoint, Event, Finding
from service.store.db import connect, sessions
from tests.build.event_rows import make_event
from tests.worlds.books import build_town, make_finding
from tests.worlds.rows import NOW
from workers.jobs import SEAL_AFTER, next_seal_at
from workflows.vocabulary import Move


@pytest.fixture
def finding(session: Session) -> Finding:
    """A finding with three events, all under a checkpoint."""
    finding = make_finding(session, build_town(session))
    for move in (Move.LOG, Move.NOTIFY, Move.BEGIN):
        make_event(session, finding, move)
    session.commit()
    assert checkpoint(session, now=NOW)
    session.commit()
    return finding


def test_a_checkpoint_covers_what_is_new_once(session: Session, finding: Finding) -> None:
    assert checkpoint(session, now=NOW) is None
    assert unsealed_since(session, EVENTS) is None
    event = make_event(session, finding, Move.REMIND, at=NOW + timedelta(hours=1))
    session.commit()
    assert unsealed_since(session, EVENTS) == event.at
    made = checkpoint(session, now=NOW + timedelta(hours=2))
    session.commit()
    assert made
    assert (made.serial, made.events, made.event_serial) == (2, 1, event.serial)
    assert session.scalar(select(func.sum(Checkpoint.events))) == 4
    assert verify(session) == []


def test_what_is_under_a_checkpoint_can_be_reckoned_by_hand(session: Session, finding: Finding) -> None:
    made = session.scalars(select(Checkpoint)).one()
    lines = [
        "",
        *(f"{e.transaction_id} {e.serial} {e.hash}" for e in session.scalars(select(Event).order_by(Event.serial))),
    ]
    lines.append(f"2026-05-20T09:00:00.000000+00:00 {made.transaction_id} {made.event_serial} 3")
    assert made.hash == hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    event = make_event(session, finding, Move.REMIND)
    session.commit()
    second = checkpoint(session, now=NOW)
    assert second
    place = f"{second.transaction_id} {second.event_serial}"
    text = f"{made.hash}\n{place} {event.hash}\n2026-05-20T09:00:00.000000+00:00 {place} 1\n"
    assert second.hash == hashlib.sha256(text.encode()).hexdigest(), "each is chained to the one before"


@pytest.fixture
def two_sessions(postgresql_url: str) -> Iterator[tuple[Session, Session]]:
    engine = connect(postgresql_url)
    with sessions(engine)() as one, sessions(engine)() as other:
        yield one, other
    engine.dispose()


def test_a_slow_transaction_is_never_skipped(two_sessions: tuple[Session, Session]) -> None:
    slow, quick = two_sessions
    town = build_town(quick)
    first, second = make_finding(quick, town, 1), make_finding(quick, town, 2)
    quick.commit()
    make_event(slow, slow.get_one(Finding, first.id), Move.REMIND)  # begun first, and still open
    make_event(quick, quick.get_one(Finding, second.id), Move.REMIND)
    quick.commit()
    assert checkpoint(quick, now=NOW) is None, "what came after an open transaction waits with it"
    slow.commit()
    made = checkpoint(quick, now=NOW)
    quick.commit()
    assert made
    assert made.events == 2
    assert verify(quick) == []


def test_nothing_is_due_that_an_open_transaction_keeps_from_being_sealed(two_sessions: tuple[Session, Session]) -> None:
    slow, quick = two_sessions
    finding = make_finding(quick, build_town(quick))
    quick.commit()
    slow.execute(select(func.pg_current_xact_id()))  # of whatever kind: it has written nothing of ours
    event = make_event(quick, finding, Move.REMIND)
    quick.commit()
    assert (unsealed_since(quick, EVENTS), next_seal_at(quick)) == (None, None)
    assert unsealed_since(quick, EVENTS, settled=False) == event.at, "the doctor sees it all the same"
    quick.commit()
    slow.commit()
    assert unsealed_since(quick, EVENTS) == event.at
    assert next_seal_at(quick) == event.at + SEAL_AFTER


def test_of_two_checkpoints_at_once_one_is_made(two_sessions: tuple[Session, Session]) -> None:
    one, other = two_sessions
    make_event(one, make_finding(one, build_town(one)), Move.LOG)
    one.commit()
    other.scalars(select(Checkpoint)).all()
    other.commit()
    made = checkpoint(one, now=NOW)
    assert made
    other.execute(text("SET LOCAL lock_timeout = '200ms'"))
    one.commit()
    assert checkpoint(other, now=NOW) is None
    other.commit()
    assert one.scalar(select(func.count()).select_from(Checkpoint)) == 1
