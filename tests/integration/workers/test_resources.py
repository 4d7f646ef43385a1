"""What a process starts with: a database that it can work with, or a sentence that says what to mend."""

from pathlib import Path

import pytest

from service.errors import Unavailable
from service.store import sqlite
from tests.build.process_settings import process_settings
from workers.resources import open_resources, wait_for_database


def test_no_process_begins_on_a_database_that_it_cannot_write(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = process_settings(sqlite_url, tmp_path)
    resources = open_resources(settings)
    wait_for_database(resources)
    resources.close()
    monkeypatch.setattr(sqlite, "_is_protected", lambda _file: True)
    resources = open_resources(settings)
    with pytest.raises(Unavailable) as refused:
        wait_for_database(resources)
    assert refused.value.code == "database_read_only"
    resources.close()
