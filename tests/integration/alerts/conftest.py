"""What the tests of delivery share: a small town with rows alone, and a channel that remembers."""

import pytest
from sqlalchemy.orm import Session

from tests.fakes.recording_channel import Pigeon
from tests.worlds.factories import Town, make_town


@pytest.fixture
def town(session: Session) -> Town:
    """The town, committed; the test runs once on SQLite and once on PostgreSQL."""
    town = make_town(session)
    session.commit()
    return town


@pytest.fixture
def pigeon() -> Pigeon:
    """A channel that carries everything, until it is told otherwise."""
    return Pigeon()
