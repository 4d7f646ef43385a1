"""Stored files held against the hashes on record: evidence, and documents as they were made."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.faults import Fault, FaultKind
from service.audit.raw import json_of, raw_columns
from service.errors import Unavailable
from service.files.store import EvidenceStore
from service.models import Document, Evidence

FETCH = 500  # rows in memory at a time


def file_faults(
    session: Session, evidence: EvidenceStore, papers: EvidenceStore, *, quick: bool = False
) -> Iterator[Fault]:
    """Evidence that is gone, and unless `quick`, which reads no file, evidence and documents with another content.

    A document that is gone is none: it can be made again of what was frozen.
    """
    there, papers_there = ({sha256 for sha256, _ in store.files()} for store in (evidence, papers))
    for sha256 in dict.fromkeys(_of_evidence(session)):
        if sha256 not in there:
            yield Fault(FaultKind.FILE_LOST, subject_id=sha256, field="evidence")
        elif not quick and not _is_intact(evidence, sha256):
            yield Fault(FaultKind.FILE_EXCHANGED, subject_id=sha256, field="evidence")
    for sha256 in dict.fromkeys(() if quick else _of_documents(session)):
        if sha256 in papers_there and not _is_intact(papers, sha256):
            yield Fault(FaultKind.FILE_EXCHANGED, subject_id=sha256, field="documents")


def _is_intact(store: EvidenceStore, sha256: str) -> bool:
    try:
        store.open(sha256).close()
    except Unavailable:
        return False
    return True


def _of_evidence(session: Session) -> Iterator[str]:
    query = select(*raw_columns(Evidence.__table__, ("sha256",))).order_by(Evidence.sha256)
    yield from (str(row.sha256) for row in session.execute(query, execution_options={"yield_per": FETCH}))


def _of_documents(session: Session) -> Iterator[str]:
    query = select(*raw_columns(Document.__table__, ("files",)))
    for row in session.execute(query, execution_options={"yield_per": FETCH}):
        yield from _hashes(row.files)


def _hashes(files: Any) -> list[str]:
    try:
        return [str(file["sha256"]) for file in json_of(files).values()]
    except (ValueError, KeyError, TypeError, AttributeError):  # what a forger wrote: the row's digest tells of it
        return []
