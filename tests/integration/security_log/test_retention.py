"""What is old goes, on record, without breaking chain, checkpoints or notes; and never before six months are over."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.checkpoints import SECURITY, checkpoint
from service.audit.faults import FaultKind
from service.audit.verify import verify
from service.models import SecurityEntry
from service.security_log.retention import KEPT_AT_LEAST, entries_past, next_removal_at, remove_oldest
from service.security_log.writing import NewSecurityEntry, record_security
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.security import SecurityKind

LONG_AGO = NOW.replace(year=2021)
KEPT = timedelta(days=400)


def note(session: Session, town: Town, *, days: int, times: int = 2) -> None:
    """Entries under a checkpoint of their own, so many days after the first."""
    at = LONG_AGO + timedelta(days=days)
    entry = NewSecurityEntry(kind=SecurityKind.SIGN_IN, person_id=town.inspector.id)
    record_security(session, *[entry] * times, now=at)
    session.commit()
    assert checkpoint(session, now=at, book=SECURITY)
    session.commit()


def positions(session: Session) -> list[int]:
    return list(session.scalars(select(SecurityEntry.position).order_by(SecurityEntry.position)))


def test_what_is_older_goes_on_record_and_the_rest_still_verifies(session: Session, town: Town) -> None:
    for days in (0, 1, 300):
        note(session, town, days=days)
    now = LONG_AGO + timedelta(days=401)
    assert next_removal_at(session, kept=KEPT) == LONG_AGO + KEPT
    assert remove_oldest(session, kept=KEPT, now=now) == 4
    session.commit()
    assert positions(session) == [5, 6, 7]
    assert verify(session) == []
    assert remove_oldest(session, kept=KEPT, now=now) == 0
    note(session, town, days=402, times=1)
    assert next_removal_at(session, kept=KEPT) == LONG_AGO + timedelta(days=300) + KEPT
    assert remove_oldest(session, kept=KEPT, now=now + timedelta(days=300)) == 2
    session.commit()
    assert positions(session) == [7, 8, 9]
    assert verify(session) == []


def test_the_newest_entry_stays_so_that_the_chain_goes_on_from_it(session: Session, town: Town) -> None:
    for days in (0, 1):
        note(session, town, days=days)
    now = LONG_AGO + timedelta(days=900)
    assert (entries_past(session, kept=KEPT, now=now), remove_oldest(session, kept=KEPT, now=now)) == (2, 2)
    session.commit()
    note(session, town, days=901)
    assert verify(session) == []
    assert (entries_past(session, kept=KEPT, now=now), remove_oldest(session, kept=KEPT, now=now)) == (2, 2)
    session.commit()
    assert positions(session)[-1] == 8
    assert verify(session) == []


def test_a_removal_that_is_not_on_record_is_found(session: Session, town: Town) -> None:
    for days in (0, 1):
        note(session, town, days=days)
    session.execute(text("DELETE FROM security_log WHERE position <= 2"))
    session.commit()
    kinds = {fault.kind for fault in verify(session)}
    assert kinds == {FaultKind.SECURITY, FaultKind.CHECKPOINT}


def test_nothing_goes_before_six_months_are_over_whoever_asks(session: Session, town: Town) -> None:
    note(session, town, days=0)
    with pytest.raises(ValueError, match="six months"):
        remove_oldest(session, kept=KEPT_AT_LEAST - timedelta(days=1), now=NOW)
    record_security(session, NewSecurityEntry(kind=SecurityKind.SIGN_OUT), now=NOW.replace(year=2999))
    session.commit()
    with pytest.raises(DBAPIError, match="kept for six months"):
        session.execute(text("DELETE FROM security_log"))
    session.rollback()


def test_a_removal_of_younger_entries_is_found_though_it_is_on_record(session: Session, town: Town) -> None:
    for days in (0, 300):
        note(session, town, days=days)
    assert remove_oldest(session, kept=KEPT, now=LONG_AGO + KEPT + timedelta(days=1)) == 2
    session.info["security_entries"] = [
        (entry, origin, LONG_AGO + timedelta(days=9)) for entry, origin, _ in session.info["security_entries"]
    ]
    session.commit()
    assert [(fault.kind, fault.position) for fault in verify(session)] == [(FaultKind.SECURITY, 5)]
