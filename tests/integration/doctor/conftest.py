"""What the tests of the doctor share: a town in good health."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from service.files.store import FolderStore
from tests.build.ailments import Ailments
from tests.build.heartbeats import let_all_run
from tests.worlds.books import Town, build_town
from tests.worlds.rows import NOW


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


@pytest.fixture
def town(session: Session) -> Town:
    town = build_town(session, exam_days=(date(2026, 6, 6),))
    town.round.replan_at = None  # the weekly reports are laid out
    session.commit()
    let_all_run(session, now=NOW)
    session.commit()
    return town


@pytest.fixture
def ailments(session: Session, store: FolderStore) -> Ailments:
    return Ailments(session, store)
