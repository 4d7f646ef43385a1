"""Handing evidence in: what is accepted of whom, and that a refusal leaves nothing behind."""

import struct
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.evidence.uploads import LARGEST
from service.files.store import FolderStore
from service.models import Evidence
from tests.build.evidence import JPEG, handed_in
from tests.worlds.books import Town

WIDE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIQ", 10_000, 10_000, 0)
NEITHER = ("bureau", "committee", "admin")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


def test_an_upload_is_kept_with_what_it_is(session: Session, town: Town, store: FolderStore) -> None:
    evidence = handed_in(session, store, town.university, filename="..\\照片\u202e.JPG")
    assert (evidence.filename, evidence.media_type, evidence.size) == ("照片.JPG", "image/jpeg", len(JPEG))
    assert (evidence.uploaded_by_id, evidence.organization_id) == (town.university.id, town.college.id)
    with store.open(evidence.sha256) as content:
        assert content.read() == JPEG


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "空.jpg", "evidence_empty"),
        (JPEG + b"\0" * (LARGEST - len(JPEG) + 1), "大.jpg", "evidence_too_large"),
        (b"MZ\0", "程序.jpg", "evidence_type"),
        (JPEG, "照片.exe", "evidence_type"),
        (WIDE, "大图.png", "evidence_too_many_dots"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing(
    session: Session, town: Town, store: FolderStore, content: bytes, filename: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        handed_in(session, store, town.university, content, filename)
    assert caught.value.fields == {"file": code}
    assert (list(store.files()), session.scalars(select(Evidence)).all()) == ([], [])


def test_the_largest_file_is_accepted(session: Session, town: Town, store: FolderStore) -> None:
    assert handed_in(session, store, town.university, JPEG + b"\0" * (LARGEST - len(JPEG))).size == LARGEST


@pytest.mark.parametrize("name", NEITHER)
def test_those_who_have_nothing_to_do_with_findings_upload_nothing(
    session: Session, town: Town, store: FolderStore, name: str
) -> None:
    with pytest.raises(NotAllowed, match="not_allowed"):
        handed_in(session, store, getattr(town, name))
