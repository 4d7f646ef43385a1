"""A document's lease lasts as long as its worker works, and not much longer than it lives."""

from datetime import timedelta
from time import monotonic, sleep

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.documents import queue
from service.documents.holding import held
from service.documents.orders import request_ledger
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder
from service.models import Document
from service.store.db import sessions
from tests.worlds.books import FOUND_AT, Town

LATER = FOUND_AT + timedelta(hours=2)


def test_a_document_is_held_for_as_long_as_it_is_made_and_half_a_minute_after_its_worker_was_killed(
    session: Session, town: Town, engine: Engine
) -> None:
    document = request_ledger(session, LedgerOrder(FindingFilter()), actor=town.inspector, now=LATER)
    session.commit()
    makers, at = sessions(engine), LATER
    with makers.begin() as worker:
        job = queue.claim(worker, now=at)
    assert job
    with held(makers, job, lambda _: at, every=timedelta(milliseconds=10)):
        for _ in range(4):  # two minutes without a word of progress
            at += queue.LEASE
            wait_for_lease(session, document, at + queue.LEASE)
    with makers.begin() as other:
        assert queue.claim(other, now=at + queue.LEASE - timedelta(seconds=1)) is None, "somebody is at it"
        assert queue.claim(other, now=at + timedelta(seconds=30))


def wait_for_lease(session: Session, document: Document, until: object) -> None:
    patience = monotonic() + 10
    while document.leased_until != until:
        assert monotonic() < patience, f"the lease ends at {document.leased_until}"
        sleep(0.01)
        session.rollback()
        session.refresh(document)
    session.rollback()
