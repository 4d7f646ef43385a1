"""What tests of workers share: the resources of a process without Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.build.process_settings import process_settings
from workers.resources import Resources, open_resources


@pytest.fixture
def resources(database_url: str, tmp_path: Path) -> Iterator[Resources]:
    resources = open_resources(process_settings(database_url, tmp_path))
    yield resources
    resources.close()
