"""What the security log's one writer leaves: a whole chain, nothing that was taken back, nothing that can change."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.checkpoints import SECURITY, checkpoint
from service.audit.faults import Fault, FaultKind
from service.audit.verify import verify
from service.models import SecurityEntry
from service.security_log.writing import NewSecurityEntry, Origin, comes_from, record_security
from service.store.db import connect, sessions
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.security import SecurityKind, SecurityOutcome


def sign_in(town: Town, **other: object) -> NewSecurityEntry:
    return NewSecurityEntry(kind=SecurityKind.SIGN_IN, person_id=town.inspector.id, **other)  # type: ignore[arg-type]  # any field


def entries(session: Session) -> list[SecurityEntry]:
    return list(session.scalars(select(SecurityEntry).order_by(SecurityEntry.position)))


def test_an_entry_says_who_when_from_where_and_how_it_went(session: Session, town: Town) -> None:
    comes_from(session, Origin("192.0.2.7", "Firefox/140 " * 20, "request-1"))
    record_security(session, sign_in(town, outcome=SecurityOutcome.FAILURE, data={"second": True}), now=NOW)
    session.commit()
    (entry,) = entries(session)
    assert (entry.position, entry.at, entry.kind, entry.outcome) == (1, NOW, "sign_in", "failure")
    assert (entry.person_id, entry.address, entry.request_id) == (town.inspector.id, "192.0.2.7", "request-1")
    assert entry.device is not None
    assert len(entry.device) == 80
    assert entry.data == {"second": True}


def test_what_is_rolled_back_leaves_nothing_and_the_chain_has_no_gap(session: Session, town: Town) -> None:
    record_security(session, sign_in(town), now=NOW)
    with session.begin_nested() as attempt:
        record_security(session, sign_in(town, count=7), now=NOW)
        attempt.rollback()
    with session.begin_nested():
        record_security(session, sign_in(town, count=2), now=NOW)
    session.commit()
    record_security(session, sign_in(town, count=8), now=NOW)
    session.rollback()
    session.commit()
    record_security(session, sign_in(town, count=3), now=NOW)
    session.commit()
    assert [(entry.position, entry.count) for entry in entries(session)] == [(1, 1), (2, 2), (3, 3)]
    assert verify(session) == []


def test_writers_side_by_side_make_one_chain(postgresql_url: str) -> None:
    """The end of the chain is taken with the commit: who recorded first and commits last comes last."""
    engine = connect(postgresql_url)
    with sessions(engine)() as one, sessions(engine)() as other:
        for session, count in ((one, 2), (other, 1)):
            record_security(session, NewSecurityEntry(kind=SecurityKind.SIGN_OUT, count=count), now=NOW)
        other.commit()
        one.commit()
        assert [(entry.position, entry.count) for entry in entries(one)] == [(1, 1), (2, 2)]
        assert verify(one) == []
    engine.dispose()


def test_the_log_only_grows(session: Session, town: Town) -> None:
    record_security(session, sign_in(town), now=NOW.replace(year=2999))
    session.commit()
    for act in ("UPDATE security_log SET outcome = 'failure'", "DELETE FROM security_log"):
        with pytest.raises(DBAPIError, match=r"security log is (append-only|kept for six months)"):
            session.execute(text(act))
        session.rollback()


@pytest.mark.parametrize(
    ("forgery", "at"),
    [
        ("UPDATE security_log SET address = '192.0.2.9' WHERE position = 2", 2),
        ("UPDATE security_log SET count = 9 WHERE position = 2", 2),
        ("UPDATE security_log SET person_id = NULL WHERE position = 3", 3),
        ("DELETE FROM security_log WHERE position = 2", 2),
        ("DELETE FROM security_log WHERE position = 1", 1),
    ],
)
def test_the_audit_finds_a_forged_or_missing_entry(session: Session, town: Town, forgery: str, at: int) -> None:
    forge(session, town, forgery)
    assert verify(session) == [Fault(FaultKind.SECURITY, position=at)]


def test_the_audit_finds_that_the_last_entry_is_gone(session: Session, town: Town) -> None:
    record_security(session, *[sign_in(town)] * 3, now=NOW)
    session.commit()
    assert checkpoint(session, now=NOW, book=SECURITY)
    session.commit()
    forge(session, town, "DELETE FROM security_log WHERE position >= 3")
    assert verify(session) == [Fault(FaultKind.CHECKPOINT, checkpoint=1, field="security_checkpoints")]


def forge(session: Session, town: Town, statement: str) -> None:
    record_security(session, *[sign_in(town)] * 3, now=NOW)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE security_log DISABLE TRIGGER USER"))
    else:
        for act in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER security_log_refuse_{act}"))
    session.execute(text(statement))
    session.commit()
