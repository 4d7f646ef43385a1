"""Documents on their way: claimed under a lease, finished by whoever holds it, tried again, given up visibly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from service.documents.failures import GIVEN_UP
from service.files.store import Stored
from service.models import Document, new_id
from workflows.vocabulary import DocumentKind, DocumentStatus

LEASE = timedelta(minutes=2)  # renewed with each word of progress; a paper takes a second, a large ledger a minute
ATTEMPTS = 5
AGAIN_AFTER = timedelta(seconds=20)  # times the number of attempts


@dataclass(frozen=True, slots=True)
class Job:
    """One document that is ours until the lease runs out."""

    id: str
    kind: DocumentKind
    title: str
    data: dict[str, Any]
    attempts: int  # with this one
    token: str


def next_render_at(session: Session) -> datetime | None:
    """When the next document wants making: one probe of an index."""
    return session.scalar(select(func.min(Document.next_attempt_at)).where(Document.next_attempt_at.is_not(None)))


def claim(session: Session, *, now: datetime) -> Job | None:
    """Lease the document that has waited longest; commit before making it.

    One whose every attempt has ended without a word, since it took its worker down with it, is given up.
    """
    while (document := _longest_waiting(session, now)) and document.attempts >= ATTEMPTS:
        document.status, document.next_attempt_at, document.error = DocumentStatus.FAILED, None, GIVEN_UP
        document.lease_token = document.leased_until = None
        session.flush()
    if document is None:
        return None
    # A lease is an attempt in the future: when its holder dies, the document is due again by itself.
    document.lease_token, document.attempts = new_id(), document.attempts + 1
    document.status, document.leased_until = DocumentStatus.RENDERING, now + LEASE
    document.next_attempt_at = document.leased_until
    return Job(document.id, document.kind, document.title, document.data, document.attempts, document.lease_token)


def _longest_waiting(session: Session, now: datetime) -> Document | None:
    query = (
        select(Document)
        .where(Document.next_attempt_at <= now)
        .order_by(Document.next_attempt_at, Document.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()


def tell(session: Session, job: Job, percent: int, *, now: datetime) -> bool:
    """Say how far it is, and keep the lease; false when it was lost."""
    until = now + LEASE
    return _change(session, job, progress=percent, leased_until=until, next_attempt_at=until)


def finish(session: Session, job: Job, files: Mapping[str, Stored], *, now: datetime, note: str | None = None) -> bool:
    """It is ready; false when the lease was lost, and somebody else makes it too, with the same bytes."""
    kept = {name: {"sha256": stored.sha256, "size": stored.size} for name, stored in files.items()}
    done = {"status": DocumentStatus.READY, "progress": 100, "files": kept, "rendered_at": now, "error": note}
    return _change(session, job, **done, next_attempt_at=None, lease_token=None, leased_until=None)


def fail(session: Session, job: Job, error: str, *, now: datetime, permanent: bool) -> bool:
    """It could not be made; again later, or never after a permanent failure or the last attempt."""
    if permanent or job.attempts >= ATTEMPTS:
        given_up: dict[str, Any] = {"status": DocumentStatus.FAILED, "next_attempt_at": None}
    else:
        again_at = now + AGAIN_AFTER * job.attempts
        given_up = {"status": DocumentStatus.QUEUED, "next_attempt_at": again_at}
    return _change(session, job, **given_up, error=error, lease_token=None, leased_until=None)


def _change(session: Session, job: Job, **values: Any) -> bool:
    mine = update(Document).where(Document.id == job.id, Document.lease_token == job.token)
    result = session.execute(mine.values(values).execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1
