"""Files of evidence and documents, named by the SHA-256 of their content: an exchanged one is found out."""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import structlog

from service.errors import Unavailable
from service.write_lock import refuse_while_writing

CHUNK = 1024 * 1024
_log = structlog.get_logger()
_SHA256 = re.compile(r"[0-9a-f]{64}")


class StoredFile(NamedTuple):
    """Hash and size of a file in the store."""

    sha256: str
    size: int  # bytes


class EvidenceStore(Protocol):
    """Files by the hash of their content."""

    def put(self, stream: BinaryIO) -> StoredFile:
        """Store what the stream holds from its position on; when this returns, it survives a power cut."""

    def open(self, sha256: str) -> BinaryIO:
        """The content as a stream, read and found to be what was put.

        Raises Unavailable: `evidence_lost` when it is missing, `evidence_exchanged` when it is another.
        """

    def files(self) -> Iterator[tuple[str, datetime]]:
        """The hash of every file, and when it was last put."""

    def remove(self, sha256: str, *, put_before: datetime) -> bool:
        """Remove a file unless it was put again meanwhile; returns whether it is gone."""

    def discard_unfinished(self, *, put_before: datetime) -> int:
        """Remove what was being written when a process was killed; returns how many files."""


def sha256_of(stream: BinaryIO) -> str:
    """The hash of what the stream holds from here on."""
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def write_private(file: Path, content: bytes) -> None:
    """Write a new file that its owner alone may read, and that survives a power cut; raises `FileExistsError`."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing:
        writing.write(content)
        writing.flush()
        os.fsync(writing.fileno())


def sync_folder(folder: Path) -> None:
    """Let the names of new files in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FolderStore:
    """A store in FOLDER/ab/cd/…; files that are still being written lie in FOLDER/incoming."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"

    def put(self, stream: BinaryIO) -> StoredFile:
        refuse_while_writing("a file put into the store")
        with _full_disk_is_unavailable(), self._unfinished() as (file, writing):
            digest, size = hashlib.sha256(), 0
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += writing.write(chunk)
            writing.flush()
            os.fsync(writing.fileno())
            written = StoredFile(digest.hexdigest(), size)
            # even if it is there already: its age tells the sweep of orphans that it is wanted
            self._move(file, self._path(written.sha256))
        return written

    def open(self, sha256: str) -> BinaryIO:
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise Unavailable("evidence_lost", sha256=sha256) from error
        if sha256_of(file) != sha256:
            file.close()
            _log.error("stored_file_exchanged", sha256=sha256)
            raise Unavailable("evidence_exchanged", sha256=sha256)
        file.seek(0)
        return file

    def files(self) -> Iterator[tuple[str, datetime]]:
        for file in self.folder.glob("??/??/*"):
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                yield file.name, _put_at(file)

    def remove(self, sha256: str, *, put_before: datetime) -> bool:
        file = self._path(sha256)
        with self._locked(), contextlib.suppress(FileNotFoundError):
            if _put_at(file) >= put_before:
                return False
            file.unlink()
        return True

    def discard_unfinished(self, *, put_before: datetime) -> int:
        old = [file for file in self.incoming.glob("*") if _put_at(file) < put_before]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    @contextlib.contextmanager
    def _unfinished(self) -> Iterator[tuple[Path, BinaryIO]]:
        _make_private(self.folder, self.incoming)
        file = self.incoming / secrets.token_hex(16)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as writing:
                yield file, writing
        finally:
            file.unlink(missing_ok=True)

    def _move(self, unfinished: Path, file: Path) -> None:
        _make_private(self.folder, file.parent.parent, file.parent)
        with self._locked():
            unfinished.replace(file)
        for folder in (file.parent, file.parent.parent, self.folder):  # the name, and new folders, last as well
            sync_folder(folder)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep a file from being put again between a look at its age and its removal."""
        _make_private(self.folder)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # given up when closed, and when the process dies
            yield

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.folder / sha256[:2] / sha256[2:4] / sha256


@contextlib.contextmanager
def _full_disk_is_unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable("storage_full") from error
        raise


def _make_private(*folders: Path) -> None:
    for folder in folders:  # one by one: what mkdir makes on the way would be open to all
        folder.mkdir(mode=0o700, exist_ok=True)


def _put_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
