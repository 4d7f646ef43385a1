"""The Ed25519 keys of notes: a private one in a file of its own, and the public ones that notes are checked with.

Names, ids and lines of public keys are those of C2SP's signed notes: `duban+ID+BASE64`, where ID is the first four
bytes of the SHA-256 over name, newline, 0x01 and key.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from service.settings.files import create_once

NAME = "duban"
ED25519 = b"\x01"


class BadKey(Exception):
    """A file that holds no key of ours; says which and why."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with."""

    raw: bytes  # 32 bytes

    @classmethod
    def of_line(cls, line: str) -> Self:
        """Read `duban+ID+BASE64`; `BadKey` when it is none."""
        try:
            name, id_, encoded = line.strip().split("+", 2)
            data = b64decode(encoded, validate=True)
            key = cls(data[1:])
        except ValueError as error:
            raise BadKey(line.strip()) from error
        if name != NAME or data[:1] != ED25519 or len(key.raw) != 32 or key.id != id_:
            raise BadKey(line.strip())
        return key

    @property
    def hint(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(NAME.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    @property
    def id(self) -> str:
        """The same as eight hexadecimal digits."""
        return self.hint.hex()

    @property
    def line(self) -> str:
        """How the key is written down, without a newline."""
        return f"{NAME}+{self.id}+{b64encode(ED25519 + self.raw).decode()}"

    @property
    def pem(self) -> str:
        """The key as openssl reads it."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def accepts(self, signature: bytes, text: bytes) -> bool:
        """Whether the signature, 64 bytes, is this key's for the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; it stays out of `repr`."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The key to check its signatures with."""
        return PublicKey(self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, text: bytes) -> bytes:
        """The signature of a text, 64 bytes."""
        return self.private.sign(text)


def public_file(key_file: Path) -> Path:
    """Where the public keys lie that belong to a private one: its own, and those that were used before it."""
    return key_file.with_name(f"{key_file.name}.pub")


def create_key(file: Path) -> SigningKey:
    """Make the key unless the file is there, mode 0600, with its public key beside it; OSError, `BadKey`."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        create_once(file, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    key = read_key(file)
    public = public_file(file)
    if not public.exists():
        create_once(public, f"{key.public.line}\n")
        public.chmod(0o644)
    elif key.public not in public_keys(public.read_text(encoding="ascii")):  # the ones before still hold
        with public.open("a", encoding="ascii") as adding:
            adding.write(f"{key.public.line}\n")
    return key


def change_key(file: Path) -> SigningKey:
    """Put a new key in place of the one that is there, whose public key stays in the list; OSError, `BadKey`.

    What is signed from now on is signed with the new one. The former private key is not kept: nobody needs it.
    """
    create_key(file)  # its public key is in the list, whatever was done with the files before
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    made = Ed25519PrivateKey.generate()
    create_once(draft, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    public = public_file(file)
    with public.open("a", encoding="ascii") as adding:  # before anything is signed with it
        adding.write(f"{SigningKey(made).public.line}\n")
    draft.replace(file)
    return read_key(file)


def read_key(file: Path) -> SigningKey:
    """Read a private key, PKCS 8 in PEM as `openssl genpkey -algorithm ed25519` writes it; OSError, `BadKey`."""
    try:
        private = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(str(file)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKey(str(file))
    return SigningKey(private)


def public_keys(text: str) -> Iterator[PublicKey]:
    """The keys of a text with one on each line; empty lines and those that begin with # are none. `BadKey`."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield PublicKey.of_line(line)


def trusted_keys(key_file: Path) -> list[PublicKey]:
    """The public keys of this installation, as far as this process may read them; OSError, `BadKey`."""
    public = public_file(key_file)
    keys = list(public_keys(public.read_text(encoding="ascii"))) if public.exists() else []
    try:
        if key_file.exists():
            keys.append(read_key(key_file).public)
    except (OSError, BadKey):
        if not keys:  # else whoever only checks needs no private key
            raise
    return list(dict.fromkeys(keys))
