"""Leases: a row is one worker's until the lease runs out, and only its holder gives it back."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.models import Document, new_id
from service.store.leases import Lease, due, release, renew, take
from workflows.vocabulary import DocumentKind, DocumentStatus

NOW = datetime(2026, 4, 13, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def add_document(session: Session, due_at: datetime | None) -> Document:
    document = Document(
        id=new_id(),
        kind=DocumentKind.LEDGER,
        title="整改台账",
        data={},
        status=DocumentStatus.QUEUED,
        requested_at=NOW,
        next_attempt_at=due_at,
    )
    session.add(document)
    session.flush()
    return document


def due_ids(session: Session, now: datetime, limit: int = 10) -> list[str]:
    return [row.id for row in session.execute(due(Document, Document.id, now=now, limit=limit))]


def lease(session: Session, document: Document, until: datetime) -> Lease:
    token = take(session, Document, [document.id], until=until)
    session.refresh(document)
    return Lease(document.id, token, document.attempts)


def test_the_longest_waiting_are_due_first_and_no_more_than_asked_for(session: Session) -> None:
    late, later, _, _ = (add_document(session, at) for at in (NOW - HOUR, NOW, NOW + HOUR, None))
    assert due_ids(session, NOW) == [late.id, later.id]
    assert due_ids(session, NOW, limit=1) == [late.id]


def test_a_row_is_due_again_when_its_lease_has_run_out_and_every_lease_is_an_attempt(session: Session) -> None:
    document = add_document(session, NOW)
    lost = lease(session, document, NOW + HOUR)
    assert (lost.attempts, due_ids(session, NOW), due_ids(session, NOW + HOUR)) == (1, [], [document.id])
    own = lease(session, document, NOW + 2 * HOUR)
    assert own.attempts == 2
    assert not renew(session, Document, lost, until=NOW + 3 * HOUR), "another holds it"
    assert not release(session, Document, lost, next_attempt_at=None, error="too late")
    assert renew(session, Document, own, until=NOW + 4 * HOUR, progress=50)
    session.refresh(document)
    assert (document.leased_until, document.next_attempt_at, document.progress) == (NOW + 4 * HOUR, NOW + 4 * HOUR, 50)


def test_a_row_that_is_given_back_is_nobodys_and_due_when_it_was_said(session: Session) -> None:
    document = add_document(session, NOW)
    own = lease(session, document, NOW + HOUR)
    assert release(session, Document, own, next_attempt_at=NOW, error="again")
    session.refresh(document)
    assert (document.lease_token, document.leased_until, document.error) == (None, None, "again")
    assert due_ids(session, NOW) == [document.id]
    assert not release(session, Document, own, next_attempt_at=None), "only once"
