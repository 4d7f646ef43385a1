"""Passwords: which are accepted, and how they are hashed (argon2id) and checked."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from service.errors import InvalidInput
from service.settings import PasswordRules

LONGEST = 128  # characters
FEWEST_DIFFERENT = 6
FEWEST_BESIDE = 8  # characters that a password has besides a common one that it begins or ends with
SHORTEST_NAME = 4  # a shorter one may stand in a good password by chance
# What people here would try first; each is refused in any password, however it goes on.
CONTEXT = ("duban", "督办", "zhaokao", "招考", "zhuanshengben", "专升本", "zhengzhou", "郑州")
COMMON = ("1234567", "7654321", "qwerty", "asdfgh", "password", "passw0rd", "admin123", "woaini", "5201314", "abcdef")
_WRITTEN_FOR = str.maketrans({"@": "a", "4": "a", "8": "b", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", "$": "s"})
_KINDS = (str.isupper, str.islower, str.isdigit)

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's: 19 MiB, 45 ms on a small machine


def check_password(password: str, names: Iterable[str], rules: PasswordRules) -> None:
    """InvalidInput when the password is short, long, common or holds one of the names (user name, person, unit)."""
    plain = _normal(password)
    folded = plain.casefold()
    if len(folded) < rules.shortest:
        raise InvalidInput({"password": "password_too_short"}, shortest=rules.shortest)
    if len(folded) > LONGEST:
        raise InvalidInput({"password": "too_long"}, longest=LONGEST)
    if _kinds(plain) < rules.kinds:
        raise InvalidInput({"password": "password_of_few_kinds"}, kinds=rules.kinds)
    telling = [_normal(name).casefold() for name in names]
    telling = [name for name in telling if len(name.encode()) >= SHORTEST_NAME]
    if len(set(folded)) < FEWEST_DIFFERENT or any(word in folded for word in (*CONTEXT, *COMMON, *telling)):
        raise InvalidInput({"password": "password_guessable"})
    if _is_common(folded) or _is_common(folded.translate(_WRITTEN_FOR)):
        raise InvalidInput({"password": "password_guessable"})


def _kinds(password: str) -> int:
    """How many of capitals, small letters, digits and others it has."""
    found = {next((kind for kind, is_of in enumerate(_KINDS) if is_of(sign)), len(_KINDS)) for sign in password}
    return len(found)


def _is_common(password: str) -> bool:
    """Whether it is a common password with little before or after it."""
    shortest = max(len(password) - FEWEST_BESIDE + 1, SHORTEST_NAME + 1)
    parts = (part for size in range(shortest, len(password) + 1) for part in (password[:size], password[-size:]))
    return any(part in common_passwords() for part in parts)


@cache
def common_passwords() -> frozenset[str]:
    """The commonest passwords, in small letters; the file says where they come from."""
    lines = resources.files(__package__).joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


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
