"""Reports that go along with messages: ordered for them, waited for a while, and left out when they cannot be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from service.alerts.channels.transport import Attachment
from service.alerts.enclosures import Paper, WantedPaper
from service.documents.orders import document_since, file_of, order_enclosure
from service.errors import DubanError
from service.files.filenames import clean_filename
from service.files.store import EvidenceStore
from service.models import Document, Person
from service.people.callers import caller_of
from service.store.db import lost_or_locked
from service.wording import word, written
from service.wording.above import BOTH, above_in_words
from workflows.findings.facts import Actor
from workflows.vocabulary import DocumentKind, DocumentStatus

WAITED_FOR = timedelta(seconds=20)  # then the message goes without its paper, and says where to find it
LARGEST = 5 * 1024**2  # bytes of all papers of one message, for most servers take ten with their armour

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReportEncloser:
    """Has the reports made that messages are to carry, by the worker that makes all documents."""

    readers: sessionmaker[Session]
    store: EvidenceStore
    largest: int = LARGEST

    def order(self, session: Session, reader: Person, wanted: Sequence[WantedPaper], *, now: datetime) -> bool:
        """Order what is not there yet; whether all are made, given up, or have been waited for long enough."""
        actor = caller_of(session, reader).actor
        documents = [_ordered(session, actor, paper, now) for paper in wanted]
        return not any(document and _is_awaited(document, now) for document in documents)

    def papers(self, reader: Person, wanted: Sequence[WantedPaper]) -> list[Paper]:
        """The papers with their content, `largest` together; what is not ready, lost or longer is only named."""
        room, papers = self.largest, []
        with self.readers() as session:
            actor = caller_of(session, reader).actor
            for one in wanted:
                document = document_since(session, one.kind, one.subject_id, since=one.since, reader=actor)
                attachment = self._attachment(document, one, room) if document else None
                room -= len(attachment.content) if attachment else 0
                papers.append(_paper(one, document, attachment, reader.language))
        return papers

    def reopen(self, document_id: str, name: str, ascii_name: str) -> Attachment | None:
        """A paper as it was enclosed before; None when its file is gone."""
        with self.readers() as session:
            document = session.get(Document, document_id)
        try:
            file, _ = file_of(document, self.store, "pdf") if document else (None, 0)
        except DubanError:
            return None
        if file is None:
            return None
        with file:
            return Attachment(name, ascii_name, file.read())

    def _attachment(self, document: Document, wanted: WantedPaper, room: int) -> Attachment | None:
        """The PDF; None while it is not there, when there is none, or it takes more room than there is."""
        try:
            file, size = file_of(document, self.store, "pdf")
        except DubanError:
            return None
        with file:
            content = file.read(room + 1)
        if size > room or len(content) > room:
            return None
        number = "".join(letter for letter in wanted.number if letter.isascii())
        ascii_name = f"{wanted.kind.replace('_', '-')}-{number}.pdf"
        return Attachment(clean_filename(f"{document.title}.pdf"), ascii_name, content)


def _ordered(session: Session, actor: Actor, wanted: WantedPaper, now: datetime) -> Document | None:
    """The paper, ordered if nobody has yet; None when there is nothing to say any more, or it cannot be gathered."""
    kind, subject_id = wanted.kind, wanted.subject_id
    if document := document_since(session, kind, subject_id, since=wanted.since, reader=actor):
        return document
    try:
        with session.begin_nested():
            return order_enclosure(session, kind, subject_id, reader=actor, now=now)
    except DubanError as error:
        _log.info("not_enclosed", document=kind, subject=subject_id, code=error.code)
    except Exception as error:  # a paper must not keep the message from its reader, nor other messages
        if isinstance(error, DBAPIError) and lost_or_locked(error):
            raise
        _log.exception("not_enclosed", document=kind, subject=subject_id)
    return None


def _is_awaited(document: Document, now: datetime) -> bool:
    under_way = document.status in (DocumentStatus.QUEUED, DocumentStatus.RENDERING)
    return under_way and now < document.requested_at + WAITED_FOR


def _title(wanted: WantedPaper, language: str) -> str:
    if wanted.kind is DocumentKind.UPWARD_REPORT and wanted.above != BOTH:
        return written("letters", "upward_report", language, above=above_in_words(wanted.above, language))
    return word(wanted.kind, language)


def _paper(wanted: WantedPaper, document: Document | None, attachment: Attachment | None, language: str) -> Paper:
    if document is None:
        return Paper(_title(wanted, language), wanted.path)
    return Paper(f"《{document.title}》", f"documents/{document.id}", attachment, document.id)
