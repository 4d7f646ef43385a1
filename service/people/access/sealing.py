"""Secrets that the database must not tell whoever reads it alone: encrypted under a key derived from ours."""

import base64
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def seal(secret_keys: Sequence[str], purpose: str, text: str) -> str:
    """The text, encrypted for one purpose, with the first of the keys."""
    return _cipher(secret_keys[0], purpose).encrypt(text.encode()).decode("ascii")


def unseal(secret_keys: Sequence[str], purpose: str, sealed: str) -> str:
    """The text again; raises cryptography's InvalidToken when none of the keys has sealed it."""
    from cryptography.fernet import MultiFernet

    return MultiFernet([_cipher(key, purpose) for key in secret_keys]).decrypt(sealed.encode()).decode()


def is_sealed_anew(secret_keys: Sequence[str], purpose: str, sealed: str) -> bool:
    """Whether the first of the keys has sealed it."""
    from cryptography.fernet import InvalidToken

    try:
        _cipher(secret_keys[0], purpose).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


@cache
def _cipher(secret_key: str, purpose: str) -> "Fernet":
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"duban {purpose}".encode()).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))
