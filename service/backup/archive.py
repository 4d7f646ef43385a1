"""The contents of a backup: a compressed tar stream, encrypted or not, that ends with its manifest."""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, Protocol

from service.backup.encryption import OpeningReader, SealingWriter, new_lock, opened_lock
from service.backup.head import MAGIC, Head, read_head
from service.errors import Conflict

MANIFEST = "manifest.json"
QUICK = 1  # gzip's level: most of a backup are photographs, which get no smaller
CHUNK = 1024 * 1024
DAMAGE = (tarfile.TarError, gzip.BadGzipFile, zlib.error)


class Contents:
    """A digest over names, sizes and contents of all members in their order."""

    def __init__(self) -> None:
        self._digest, self.count, self.size = hashlib.sha256(), 0, 0

    def add(self, name: str, size: int, sha256: str) -> None:
        """Take one member in."""
        self._digest.update(f"{name} {size} {sha256}\n".encode())
        self.count, self.size = self.count + 1, self.size + size

    def summary(self) -> dict[str, Any]:
        """What the manifest says of them."""
        return {"files": self.count, "bytes": self.size, "sha256": self._digest.hexdigest()}


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes, all when less than 0."""


class HashingStream:
    """A stream that hashes what is read from it."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._digest = stream, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of all that was read so far."""
        return self._digest.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes, all when less than 0."""
        data = self._stream.read(size)
        self._digest.update(data)
        return data

    def skip(self) -> None:
        """Read what is left."""
        while self.read(CHUNK):
            pass


class Member(NamedTuple):
    """One file of a backup; its stream is to be read before the next one is asked for."""

    name: str
    size: int
    stream: HashingStream


class ArchiveWriter:
    """Writes members one after the other."""

    def __init__(self, tar: tarfile.TarFile, head: Head) -> None:
        self._tar, self._head, self.contents = tar, head, Contents()

    def add(self, name: str, size: int, stream: Readable) -> str:
        """Add a file of exactly that size; returns its SHA-256."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(self._head.at.timestamp())
        hashing = HashingStream(stream)
        self._tar.addfile(info, hashing)
        self.contents.add(name, size, hashing.sha256)
        return hashing.sha256

    def add_bytes(self, name: str, content: bytes) -> str:
        """Add a small file."""
        return self.add(name, len(content), io.BytesIO(content))

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add the manifest, which ends it."""
        told = {**manifest, "contents": self.contents.summary()}
        content = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))


@contextmanager
def writing(file: BinaryIO, secret: str | None, **head: str) -> Iterator[tuple[ArchiveWriter, Head]]:
    """Write a backup into the file; encrypted when there is a secret."""
    key, lock = new_lock(secret) if secret is not None else (b"", None)
    made = Head(**head, lock=lock)
    file.write(MAGIC + made.line())
    sink = SealingWriter(file, key, MAGIC + made.line()) if lock else file
    with (
        gzip.GzipFile("", "wb", QUICK, sink, 0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT, bufsize=CHUNK) as tar,
    ):
        yield ArchiveWriter(tar, made), made
    if isinstance(sink, SealingWriter):
        sink.close()


class ArchiveReader:
    """Reads members one after the other, and afterwards knows the manifest and what the members came to."""

    def __init__(self, tar: tarfile.TarFile, head: Head) -> None:
        self._tar, self.head, self.contents = tar, head, Contents()
        self.manifest: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Member]:
        """The members; at the end all of them have been held against the manifest. Conflict `backup_damaged`."""
        for info in self._tar:
            stream = self._tar.extractfile(info)
            if stream is None or info.name.startswith("/") or ".." in info.name.split("/"):
                raise Conflict("backup_damaged")
            if info.name == MANIFEST:
                self.manifest = _manifest_of(stream.read())
                break
            hashing = HashingStream(stream)
            yield Member(info.name, info.size, hashing)
            hashing.skip()
            self.contents.add(info.name, info.size, hashing.sha256)
        if not self.manifest:
            raise Conflict("backup_cut_off")
        HashingStream(self._tar.fileobj).skip()  # type: ignore[arg-type]  # to the end, where the last seal is
        if self.contents.summary() != self.manifest.get("contents") or self.head != Head.of_json(
            self.manifest.get("head")
        ):
            raise Conflict("backup_damaged")


@contextmanager
def reading(file: BinaryIO, secret: str | None) -> Iterator[ArchiveReader]:
    """Read a backup; Conflict with one of `head.read_head`'s codes, `backup_needs_key` or `backup_wrong_key`.

    What is wrong further on is found while the members are read: `backup_cut_off` and `backup_damaged`.
    """
    head = read_head(file)
    source: Any = file
    if head.lock:
        if secret is None:
            raise Conflict("backup_needs_key")
        source = OpeningReader(file, opened_lock(secret, head.lock), MAGIC + head.line())
    try:
        with gzip.GzipFile(fileobj=source, mode="rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            yield ArchiveReader(tar, head)
    except EOFError as error:
        raise Conflict("backup_cut_off") from error
    except tarfile.ReadError as error:
        raise Conflict("backup_cut_off" if "unexpected end" in str(error) else "backup_damaged") from error
    except DAMAGE as error:
        raise Conflict("backup_damaged") from error


def _manifest_of(content: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(content)
    except ValueError as error:
        raise Conflict("backup_damaged") from error
    return manifest if isinstance(manifest, dict) else {}
