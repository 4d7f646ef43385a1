"""What the tests of delivery share: a channel that remembers."""

import pytest

from tests.fakes.recording_channel import Pigeon


@pytest.fixture
def pigeon() -> Pigeon:
    """A channel that carries everything, until it is told otherwise."""
    return Pigeon()
