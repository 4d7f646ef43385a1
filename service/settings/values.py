"""How values of the environment are read, and refused."""

from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit


class BadSettings(Exception):
    """A setting that cannot be used; the sentence, Chinese then English, says which, why and what to do."""


def number(name: str, environ: Mapping[str, str], usual: int) -> int:
    """A whole number above 0, `usual` when nothing is set."""
    value = environ.get(name, str(usual)).strip()
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 10**9):
        bad(name, f"须为正整数，例如 {usual}", f"must be a whole number above 0, for example {usual}")
    return int(value)


def split(name: str, value: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    """The parts of an address with one of the schemes."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises when it is no number
    except ValueError:
        bad(name, f"无法识别，例如 {example}", f"cannot be read; write, for example, {example}")
    if parts.scheme not in schemes:
        known = ", ".join(f"{scheme}://" for scheme in schemes)
        bad(name, f"须以 {known} 开头，例如 {example}", f"must begin with {known}; write, for example, {example}")
    return parts


def bad(name: str, zh: str, en: str) -> NoReturn:
    """Raise BadSettings about a name."""
    raise BadSettings(f"{name}：{zh}。 / {name}: {en}.")
