"""What becomes of evidence that is never put to anything, and of files that nobody refers to."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.evidence.evidence import attach
from service.evidence.unused import UNATTACHED_FOR, forget_unattached, sweep_orphans, unattached
from service.files.store import FolderStore
from service.models import Evidence
from service.store.db import sessions
from tests.build.evidence import JPEG, handed_in
from tests.worlds.books import FOUND_AT, Town, log_finding

LATER = FOUND_AT + UNATTACHED_FOR + timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


def make_old(store: FolderStore) -> None:
    for file in [*store.folder.glob("??/??/*"), *store.incoming.glob("*")]:
        os.utime(file, (0, 0))


def test_a_file_without_a_row_is_swept_a_day_later(session: Session, town: Town, store: FolderStore) -> None:
    now = datetime.now(UTC)
    kept = handed_in(session, store, town.university)
    session.commit()
    handed_in(session, store, town.university, JPEG + b"crash")
    session.rollback()  # the file was kept, then the process died
    assert sweep_orphans(session, store, now=now) == 0
    (store.incoming / "draft").write_bytes(JPEG)
    make_old(store)
    assert sweep_orphans(session, store, now=now) == 2
    assert [sha256 for sha256, _ in store.files()] == [kept.sha256]


def test_a_file_shared_by_rows_stays(session: Session, town: Town, store: FolderStore) -> None:
    first, second = handed_in(session, store, town.university), handed_in(session, store, town.inspector)
    assert first.sha256 == second.sha256
    session.delete(first)
    session.flush()
    make_old(store)
    assert sweep_orphans(session, store, now=datetime.now(UTC)) == 0


def test_what_was_put_to_nothing_in_a_week_is_removed_and_its_file_after_it(
    session: Session, town: Town, store: FolderStore
) -> None:
    used, unused, late = (handed_in(session, store, town.inspector, JPEG + tail) for tail in (b"1", b"2", b"3"))
    late.uploaded_at = LATER - timedelta(days=6)
    finding = log_finding(session, town)
    attach(session, actor=town.inspector, finding_id=finding.id, subject_id=finding.id, evidence_ids=[used.id])
    session.commit()
    assert unattached(session, now=FOUND_AT + timedelta(days=6)) == []
    assert forget_unattached(session, unattached(session, now=LATER)) == 1
    session.commit()
    make_old(store)  # whoever did this died here: the file is found without a row
    assert {sha256 for sha256, _ in store.files()} == {one.sha256 for one in (used, unused, late)}
    assert sweep_orphans(session, store, now=datetime.now(UTC)) == 1
    assert {sha256 for sha256, _ in store.files()} == {used.sha256, late.sha256}


def test_a_piece_that_was_put_to_something_meanwhile_stays(session: Session, town: Town, store: FolderStore) -> None:
    piece, finding = handed_in(session, store, town.inspector), log_finding(session, town)
    found = unattached(session, now=LATER)
    attach(session, actor=town.inspector, finding_id=finding.id, subject_id=finding.id, evidence_ids=[piece.id])
    session.flush()
    assert (found, forget_unattached(session, found)) == ([piece.id], 0)


def test_whoever_puts_a_piece_to_something_at_that_moment_keeps_it_or_is_told_that_it_is_gone(
    engine: Engine, session: Session, town: Town, store: FolderStore
) -> None:
    kept, gone = (handed_in(session, store, town.inspector, JPEG + tail) for tail in (b"1", b"2"))
    finding_id = log_finding(session, town).id
    session.commit()
    told: list[str] = []

    def put(evidence_id: str) -> None:
        with sessions(engine)() as other:
            try:
                attach(
                    other,
                    actor=town.inspector,
                    finding_id=finding_id,
                    subject_id=finding_id,
                    evidence_ids=[evidence_id],
                )
            except InvalidInput as error:
                told.extend(error.fields.values())
            other.commit()

    put(kept.id)
    assert forget_unattached(session, [kept.id, gone.id]) == 1
    late = Thread(target=put, args=[gone.id])  # waits until it is known what became of the piece
    late.start()
    late.join(0.3)
    assert late.is_alive()
    session.commit()
    late.join()
    assert told == ["unknown_evidence"]
    assert session.scalars(select(Evidence.id)).all() == [kept.id]
