"""What a backup is encrypted with: ChaCha20-Poly1305 over chunks, so that it is written and read as a stream.

Each chunk is sealed under its place and whether it is the last, with the file's head beside it: none can be changed,
moved, taken out or cut off unseen. The key comes from a secret by scrypt, with a salt of each file's own.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from service.errors import Conflict

CHUNK = 64 * 1024  # bytes of plain text
TAG = 16  # bytes that sealing adds
SHORTEST_SECRET = 12  # characters
SCRYPT = {"n": 2**15, "r": 8, "p": 1}


def new_lock(secret: str) -> tuple[bytes, dict[str, str]]:
    """A key made of the secret for one file, and what its head says of it; Conflict `secret_too_short`."""
    if len(secret) < SHORTEST_SECRET:
        raise Conflict("secret_too_short", count=SHORTEST_SECRET)
    salt = secrets.token_bytes(16)
    key = _key(secret, salt)
    return key, {"kdf": "scrypt-32768-8-1", "cipher": "chacha20-poly1305", "salt": salt.hex(), "check": _check(key)}


def opened_lock(secret: str, lock: Mapping[str, str]) -> bytes:
    """The key of a file; Conflict `backup_wrong_key` when the secret is another."""
    key = _key(secret, bytes.fromhex(lock["salt"]))
    if not hmac.compare_digest(_check(key), lock["check"]):
        raise Conflict("backup_wrong_key")
    return key


class SealingWriter:
    """Seals what is written to it; `close` writes the last chunk and leaves the file open."""

    def __init__(self, file: BinaryIO, key: bytes, head: bytes) -> None:
        self._file, self._cipher, self._head = file, ChaCha20Poly1305(key), head
        self._buffer, self._place = bytearray(), 0

    def write(self, data: bytes) -> int:
        """Take all of it."""
        self._buffer += data
        while len(self._buffer) > CHUNK:  # the last chunk is for `close`
            self._seal(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing to be done before a chunk is full."""

    def close(self) -> None:
        """Write what is left as the last chunk."""
        self._seal(bytes(self._buffer), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._place, last=last), chunk, self._head))
        self._place += 1


class OpeningReader:
    """Reads what a `SealingWriter` wrote; Conflict `backup_cut_off` or `backup_damaged`."""

    def __init__(self, file: BinaryIO, key: bytes, head: bytes) -> None:
        self._file, self._cipher, self._head = file, ChaCha20Poly1305(key), head
        self._buffer, self._place = b"", 0
        self._ahead = file.read(CHUNK + TAG)
        if not self._ahead:
            raise Conflict("backup_cut_off")

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes, all when less than 0; nothing at the end."""
        while self._ahead and (size < 0 or len(self._buffer) < size):
            self._buffer += self._open()
        size = len(self._buffer) if size < 0 else size
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _open(self) -> bytes:
        chunk, self._ahead = self._ahead, self._file.read(CHUNK + TAG)
        last, place = not self._ahead, self._place
        self._place += 1
        try:
            return self._cipher.decrypt(_nonce(place, last=last), chunk, self._head)
        except InvalidTag as error:
            raise Conflict("backup_cut_off" if last and self._goes_on(place, chunk) else "backup_damaged") from error

    def _goes_on(self, place: int, chunk: bytes) -> bool:
        """Whether the chunk is whole and was not the last, or is no whole chunk."""
        try:
            self._cipher.decrypt(_nonce(place, last=False), chunk, self._head)
        except InvalidTag:
            return False
        return True


def _nonce(place: int, *, last: bool) -> bytes:
    return place.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _key(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, maxmem=2**27, dklen=32, **SCRYPT)


def _check(key: bytes) -> str:
    return hmac.new(key, b"duban backup", hashlib.sha256).hexdigest()[:16]
