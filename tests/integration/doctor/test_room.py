"""The doctor names who will soon have no room for evidence, before they are refused."""

from pathlib import Path

from sqlalchemy.orm import Session

from service.doctor.check import Status
from service.doctor.room import check_room
from service.files.store import FolderStore
from service.settings import EvidenceQuota
from tests.build.evidence import handed_in
from tests.worlds.books import Town


def test_who_is_near_the_end_of_the_quota_is_named(session: Session, town: Town, tmp_path: Path) -> None:
    handed_in(session, FolderStore(tmp_path / "evidence"), town.university)
    assert check_room(session, EvidenceQuota()).status is Status.OK
    check = check_room(session, EvidenceQuota(pieces=1, megabytes=30))
    assert check.status is Status.WARNING
    for language in ("zh", "en"):
        sentence = check.sentence(language)
        assert town.college.name in sentence
        assert "DUBAN_EVIDENCE_PIECES" in sentence
