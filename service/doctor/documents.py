"""Whether documents are made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.doctor.check import Check, fault, ok, warning
from service.models import Document
from service.wording.failures import failure_sentence
from workflows.vocabulary import DocumentStatus

REMEMBERED = timedelta(days=14)
WAITING_TOO_LONG = timedelta(minutes=10)


def check_documents(session: Session, *, now: datetime) -> Iterator[Check]:
    """Documents that failed within 14 days, and queued ones older than 10 minutes."""
    failed = select(Document).where(Document.status == DocumentStatus.FAILED, Document.requested_at > now - REMEMBERED)
    lost = session.scalars(failed.order_by(Document.requested_at.desc())).all()
    late = session.scalar(
        select(func.count()).where(
            Document.next_attempt_at.is_not(None), Document.requested_at < now - WAITING_TOO_LONG
        )
    )
    if late:
        yield fault("documents", count=late)
    elif lost:
        error = partial(failure_sentence, lost[0].error)
        yield warning("documents", count=len(lost), which=[one.title for one in lost], error=error)
    else:
        yield ok("documents")
