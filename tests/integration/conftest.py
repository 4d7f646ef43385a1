"""What the tests of the books share: a town on a fresh database."""

import pytest
from sqlalchemy.orm import Session

from tests.town import Town, build_town


@pytest.fixture
def town(session: Session) -> Town:
    """The town, committed; the test runs once on SQLite and once on PostgreSQL."""
    return build_town(session)
