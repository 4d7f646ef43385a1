"""Passwords: which are accepted, and how they are hashed (argon2id) and checked."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from service.errors import InvalidInput

# OWASP ASVS 5.0, 6.2: length counts, not a mixture of kinds of characters, and no change by the calendar.
SHORTEST, LONGEST = 12, 128  # characters
FEWEST_DIFFERENT = 6
SHORTEST_NAME = 4  # a shorter one may stand in a good password by chance
# What people here would try first; each is refused in any password, however it goes on.
CONTEXT = ("duban", "督办", "zhaokao", "招考", "zhuanshengben", "专升本", "zhengzhou", "郑州")
COMMON = ("1234567", "7654321", "qwerty", "asdfgh", "password", "passw0rd", "admin123", "woaini", "5201314", "abcdef")

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's: 19 MiB, 45 ms on a small machine


def check_password(password: str, names: Iterable[str]) -> None:
    """InvalidInput when the password is short, long, common or holds one of the names (user name, person, unit)."""
    folded = _normal(password).casefold()
    if len(folded) < SHORTEST:
        raise InvalidInput({"password": "password_too_short"}, shortest=SHORTEST)
    if len(folded) > LONGEST:
        raise InvalidInput({"password": "too_long"}, longest=LONGEST)
    telling = [_normal(name).casefold() for name in names]
    telling = [name for name in telling if len(name.encode()) >= SHORTEST_NAME]
    if len(set(folded)) < FEWEST_DIFFERENT or any(word in folded for word in (*CONTEXT, *COMMON, *telling)):
        raise InvalidInput({"password": "password_guessable"})


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(_normal(password))


def matches(stored_hash: str | None, password: str) -> bool:
    """Whether the password has this hash; takes equally long, and is False, without a hash."""
    try:
        _HASHER.verify(stored_hash or _hash_of_no_account(), _normal(password[: 2 * LONGEST]))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored_hash is not None


def is_outdated(stored_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored_hash)


@cache
def _hash_of_no_account() -> str:
    return _HASHER.hash("")


def _normal(password: str) -> str:
    # full-width letters of a Chinese input method and half-width ones are equal to people who type them
    return unicodedata.normalize("NFKC", password)
