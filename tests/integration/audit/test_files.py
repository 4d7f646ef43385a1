"""Stored files are held against the hashes on record."""

import io
from pathlib import Path

from sqlalchemy.orm import Session

from service.audit.faults import Fault, FaultKind
from service.audit.files import file_faults
from service.files.store import FolderStore
from service.models import Document, Evidence, new_id
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.vocabulary import DocumentKind, DocumentStatus


def test_files_that_were_exchanged_or_are_gone_are_found(session: Session, town: Town, tmp_path: Path) -> None:
    evidence, papers = FolderStore(tmp_path / "evidence"), FolderStore(tmp_path / "documents")
    whole, exchanged, gone = (evidence.put(io.BytesIO(content)) for content in (b"1", b"2", b"3"))
    paper = papers.put(io.BytesIO(b"4"))
    columns = {"media_type": "image/jpeg", "size": 1, "filename": "照片.jpg", "organization_id": town.college.id}
    uploaded = {**columns, "uploaded_at": NOW, "uploaded_by_id": town.university.id}
    session.add_all(Evidence(id=new_id(), sha256=file.sha256, **uploaded) for file in (whole, exchanged, gone, whole))
    files = {"docx": {"sha256": paper.sha256, "size": 1}}
    order = {"kind": DocumentKind.LEDGER, "status": DocumentStatus.READY, "title": "台账", "requested_at": NOW}
    session.add(Document(id=new_id(), data={}, files=files, **order))
    session.flush()
    assert list(file_faults(session, evidence, papers)) == []
    next(evidence.folder.glob(f"??/??/{exchanged.sha256}")).write_bytes(b"X")
    next(evidence.folder.glob(f"??/??/{gone.sha256}")).unlink()
    next(papers.folder.glob("??/??/*")).write_bytes(b"Y")
    lost = Fault(FaultKind.FILE_LOST, subject_id=gone.sha256, field="evidence")
    assert list(file_faults(session, evidence, papers, quick=True)) == [lost]
    found = {(fault.kind, fault.subject_id) for fault in file_faults(session, evidence, papers)}
    other = FaultKind.FILE_EXCHANGED
    assert found == {(lost.kind, gone.sha256), (other, exchanged.sha256), (other, paper.sha256)}
