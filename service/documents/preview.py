"""A paper before there is anything to put on it: what it would say, with nothing recorded."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.documents.kinds import DEFINITIONS
from service.documents.kinds.definition import DocumentData, DocumentReader
from workflows.vocabulary import DocumentKind


def preview(session: Session, kind: DocumentKind, act: Callable[[], Any], *, now: datetime) -> DocumentData:
    """What the paper about the row that `act` returns would say; the session's transaction is rolled back.

    Raises what the act is refused for.
    """
    try:
        subject = act()
        session.flush()
        return DEFINITIONS[kind].gather(DocumentReader.of(session, now), subject.id)
    finally:
        session.rollback()
