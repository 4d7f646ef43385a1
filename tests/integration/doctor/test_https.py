"""The doctor says when passwords would come in the clear."""

from pathlib import Path

import pytest

from service.doctor.check import Status
from service.doctor.https import check_https
from service.settings import load_settings


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://duban.example", Status.OK),
        ("http://127.0.0.1:8000", Status.OK),
        ("http://[::1]:8000", Status.OK),
        ("http://localhost:8000", Status.OK),
        ("http://duban.example", Status.WARNING),
        ("http://10.0.0.5:8000", Status.WARNING),
    ],
)
def test_an_address_that_people_reach_without_encryption_is_named(tmp_path: Path, address: str, status: Status) -> None:
    check = check_https(load_settings({"DUBAN_DATA_DIR": str(tmp_path), "DUBAN_BASE_URL": address}))
    assert check.status is status
    assert status is Status.OK or all(address in check.sentence(language) for language in ("zh", "en"))
