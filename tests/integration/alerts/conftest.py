"""What the tests of delivery share: a channel that remembers."""

import pytest

from tests.fakes.recording_channel import RecordingChannel


@pytest.fixture
def channel() -> RecordingChannel:
    """A channel that carries everything, until it is told otherwise."""
    return RecordingChannel()
