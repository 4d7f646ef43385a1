"""Files in a folder: whole or not at all, found by their hash, and removed only when nobody wants them."""

import errno
import hashlib
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.errors import Unavailable
from service.files.store import EvidenceStore, FolderStore
from tests.build.racing import run_together

PHOTO = b"\xff\xd8\xff" + "现场照片".encode() * 1000
HASH = hashlib.sha256(PHOTO).hexdigest()
SOON = datetime.now(UTC) + timedelta(hours=1)
EARLIER = SOON - timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


def files_below(store: FolderStore) -> list[str]:
    return sorted(
        str(file.relative_to(store.folder)) for file in store.folder.rglob("*") if file.is_file() if file.name != "lock"
    )


class Breaking(io.BytesIO):
    """A stream that breaks off, as the sender or the disk does."""

    def __init__(self, error: OSError) -> None:
        super().__init__(PHOTO)
        self.error = error

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise self.error
        return super().read(100)


def test_a_file_is_found_again_by_its_hash(store: EvidenceStore) -> None:
    assert store.put(io.BytesIO(PHOTO)) == (HASH, len(PHOTO))
    with store.open(HASH) as content:
        assert content.read() == PHOTO


def test_files_are_private_and_lie_by_their_hash(store: FolderStore) -> None:
    store.put(io.BytesIO(PHOTO))
    file = store.folder / HASH[:2] / HASH[2:4] / HASH
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (file.parent, file.parent.parent, store.folder)} == {
        0o700
    }


def test_the_same_content_is_kept_once_though_many_put_it_at_once(store: FolderStore) -> None:
    def put() -> None:
        store.put(io.BytesIO(PHOTO))

    assert run_together(*[put] * 8) == []
    assert files_below(store) == [f"{HASH[:2]}/{HASH[2:4]}/{HASH}"]


def test_an_upload_that_breaks_off_leaves_nothing(store: FolderStore) -> None:
    with pytest.raises(ConnectionResetError):
        store.put(Breaking(ConnectionResetError()))
    assert files_below(store) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(store: FolderStore, number: int) -> None:
    with pytest.raises(Unavailable, match="storage_full"):
        store.put(Breaking(OSError(number, os.strerror(number))))
    assert files_below(store) == []


def test_a_file_that_is_gone_is_lost(store: EvidenceStore) -> None:
    with pytest.raises(Unavailable, match="evidence_lost"):
        store.open(HASH)


def test_a_file_that_was_exchanged_is_not_opened(store: FolderStore) -> None:
    store.put(io.BytesIO(PHOTO))
    (file,) = store.folder.glob("??/??/*")
    file.write_bytes(PHOTO[:-1] + b"X")
    with pytest.raises(Unavailable, match="evidence_exchanged"):
        store.open(HASH)


@pytest.mark.parametrize("name", ["../../secret.key", "", HASH.upper(), HASH + "/..", HASH[:63]])
def test_nothing_but_a_hash_opens_a_file(store: EvidenceStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(name)


def test_an_old_file_is_removed_unless_it_was_put_again(store: FolderStore) -> None:
    store.put(io.BytesIO(PHOTO))
    assert not store.remove(HASH, put_before=EARLIER)
    assert [sha256 for sha256, _ in store.files()] == [HASH]
    assert store.remove(HASH, put_before=SOON)
    assert list(store.files()) == []


def test_putting_again_makes_an_old_file_young(store: FolderStore) -> None:
    store.put(io.BytesIO(PHOTO))
    (file,) = store.folder.glob("??/??/*")
    os.utime(file, (0, 0))
    store.put(io.BytesIO(PHOTO))
    assert not store.remove(HASH, put_before=EARLIER)


def test_drafts_of_a_killed_process_are_discarded_and_present_ones_are_not(store: FolderStore) -> None:
    store.put(io.BytesIO(PHOTO))
    for name in ("old", "young"):
        (store.incoming / name).write_bytes(b"half")
    os.utime(store.incoming / "old", (0, 0))
    assert store.discard_unfinished(put_before=EARLIER) == 1
    assert [draft.name for draft in store.incoming.iterdir()] == ["young"]
