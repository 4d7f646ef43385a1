"""The queue of documents to make: claimed under a lease, finished by its holder, tried again, given up visibly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.files.store import StoredFile
from service.models import Document
from service.store.clock import earliest
from service.store.leases import Lease, change, due, release, renew, take
from service.wording.failures import encode_failure
from workflows.vocabulary import DocumentKind, DocumentStatus

LEASE = timedelta(seconds=30)  # renewed while the worker lives (`holding.py`): letters wait for what a killed one held
ATTEMPTS = 5
AGAIN_AFTER = timedelta(seconds=20)  # times the number of attempts
_COLUMNS = (Document.id, Document.attempts, Document.kind, Document.title, Document.data, Document.request_id)


@dataclass(frozen=True, slots=True)
class RenderJob(Lease):
    """One document that is ours until the lease runs out."""

    kind: DocumentKind
    title: str
    data: dict[str, Any]
    request_id: str | None  # in which it was asked for


def next_render_at(session: Session) -> datetime | None:
    """When the next document is due to be made, None when none waits: one probe of an index."""
    return earliest(session, Document.next_attempt_at)


def claim(session: Session, *, now: datetime) -> RenderJob | None:
    """Lease the document that has waited longest, None when none is due; commit before making it.

    One whose every attempt has ended without a word, since it took its worker down with it, is given up.
    """
    query = due(Document, *_COLUMNS, now=now, limit=1)
    while (row := session.execute(query).first()) and row.attempts >= ATTEMPTS:
        gone = {"lease_token": None, "leased_until": None, "next_attempt_at": None}
        values = {**gone, "status": DocumentStatus.FAILED, "error": encode_failure("document_given_up")}
        session.execute(change(Document).where(Document.id == row.id).values(values))
    if row is None:
        return None
    token = take(session, Document, [row.id], until=now + LEASE, status=DocumentStatus.RENDERING)
    return RenderJob(row.id, token, row.attempts + 1, row.kind, row.title, row.data, row.request_id)


def hold(session: Session, job: RenderJob, *, now: datetime) -> bool:
    """Hold the lease for longer; false when it was lost."""
    return renew(session, Document, job, until=now + LEASE)


def report_progress(session: Session, job: RenderJob, percent: int, *, now: datetime) -> bool:
    """Record how far it is, and hold the lease for longer; false when it was lost."""
    return renew(session, Document, job, until=now + LEASE, progress=percent)


def finish(
    session: Session,
    job: RenderJob,
    files: Mapping[str, StoredFile],
    *,
    now: datetime,
    note: str | None = None,
    remarks: Sequence[str] = (),
) -> bool:
    """Record the files by format, why one is missing, and what they could not show.

    False when the lease was lost; another worker then makes it too, with the same bytes.
    """
    hashes = {name: {"sha256": file.sha256, "size": file.size} for name, file in files.items()}
    values = {"status": DocumentStatus.READY, "progress": 100, "files": hashes, "rendered_at": now, "error": note}
    return release(session, Document, job, next_attempt_at=None, remarks=list(remarks), **values)


def fail(session: Session, job: RenderJob, error: str, *, now: datetime, permanent: bool) -> bool:
    """Try again later, or never after a permanent failure or the last attempt; false when the lease was lost."""
    if permanent or job.attempts >= ATTEMPTS:
        return release(session, Document, job, next_attempt_at=None, status=DocumentStatus.FAILED, error=error)
    again_at = now + AGAIN_AFTER * job.attempts
    return release(session, Document, job, next_attempt_at=again_at, status=DocumentStatus.QUEUED, error=error)
