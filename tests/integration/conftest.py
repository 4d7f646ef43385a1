"""What the tests of the books share: a town on a fresh database."""

import pytest
from sqlalchemy.orm import Session

from tests.build.weekly import lay_out
from tests.worlds.books import Town, build_town


@pytest.fixture
def town(session: Session) -> Town:
    """The town, committed; the test runs once on SQLite and once on PostgreSQL."""
    return build_town(session)


@pytest.fixture
def laid_out(session: Session, town: Town) -> Town:
    """The town with its weekly reports, from the third week of its round on."""
    lay_out(session, town)
    return town
