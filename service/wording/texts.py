"""The texts of the files beside this one: looked up by key and language, blanks filled."""

import re
import tomllib
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from service.wording.moments import moment
from service.wording.names import Names, named, put_names
from workflows.file_mistakes import Mistake

BETWEEN = {"zh": "、", "en": ", "}  # the things of a list
OWN = "service.wording"
ZONE = ZoneInfo("Asia/Shanghai")  # of errors, which belong to no round
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class MissingWording(UserWarning):
    """A text is missing: tests fail on it, readers get the key itself."""


class _Blanks(dict[str, str]):
    def __missing__(self, blank: str) -> str:
        _miss(f"the blank {{{blank}}}")
        return "……"


class InBothLanguages(NamedTuple):
    """A particular of an error that is a text itself."""

    zh: str
    en: str

    @classmethod
    def lines_of(cls, mistakes: Iterable[Mistake]) -> "InBothLanguages":
        """The sentences of mistakes in a file of rules, a line for each."""
        found = list(mistakes)
        return cls("\n".join(one.sentence("zh") for one in found), "\n".join(one.sentence("en") for one in found))


@cache
def wording(file: str, package: str = OWN) -> Mapping[str, Any]:
    """One file of texts: words, errors, alerts, letters or checks; offices have the names that this process took."""
    texts: Mapping[str, Any] = named(tomllib.loads((resources.files(package) / f"{file}.toml").read_text("utf-8")))
    return texts


def take_names(own: Names) -> None:
    """Let all sentences of this process name offices by these: once, when it starts."""
    put_names(own)
    wording.cache_clear()


def sentence(code: str, language: str, *, zone: tzinfo = ZONE, **particulars: object) -> str:
    """The sentence of an error in `zh` or `en`, its blanks filled with the particulars."""
    return written("errors", code, language, zone=zone, **particulars)


def written(file: str, key: str, language: str, *, zone: tzinfo = ZONE, **particulars: object) -> str:
    """A text of a file, its blanks filled; the key itself when it is missing."""
    return text_in(wording(file), f"{file}: {key}", key, language, particulars, zone=zone)


def text_in(
    texts: Mapping[str, Any],
    called: str,
    key: str,
    language: str,
    particulars: Mapping[str, object],
    *,
    zone: tzinfo = ZONE,
) -> str:
    """A text among others, its blanks filled; the key itself when it is missing, and a warning of what it is called."""
    text = texts.get(key, {}).get(language)
    if text is None:
        _miss(f"{called} ({language})")
        return key
    return filled(text, {name: _in_words(name, value, language, zone) for name, value in particulars.items()})


def filled(text: str, blanks: Mapping[str, str]) -> str:
    """Fill the blanks of a text; what is filled in is never read as blanks again."""
    return text.format_map(_Blanks(blanks))


def one_line(text: str) -> str:
    """The text in one line, without control characters: no name starts a line, a header or a field of its own."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())


def word(member: StrEnum, language: str) -> str:
    """A member of the law's vocabulary as people call it."""
    table = _BETWEEN_WORDS.sub("_", type(member).__name__).lower()
    found = wording("words").get(table, {}).get(str(member), {}).get(language)
    if found is None:
        _miss(f"words: {table}.{member} ({language})")
        return str(member)
    return str(found)


def _in_words(name: str, value: object, language: str, zone: tzinfo) -> str:
    """A particular as people read it: instants in their zone, members of the vocabulary by their word."""
    if isinstance(value, InBothLanguages):
        return value.en if language == "en" else value.zh
    if isinstance(value, datetime):
        return moment(value, language, zone)
    if isinstance(value, StrEnum):
        return word(value, language)
    if isinstance(value, tuple):  # of codes: nobody could write the word of one
        return BETWEEN[language].join(value)
    found = wording("words").get(name, {}).get(value, {}) if isinstance(value, str) else {}
    return str(found.get(language, value))


def _miss(what: str) -> None:
    warnings.warn(MissingWording(f"nobody has written {what}"), stacklevel=3)
