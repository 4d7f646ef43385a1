"""The words of the demonstration: the TOML files of this package, read in one language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def texts(file: str, language: str) -> Mapping[str, Any]:
    """The content of a file; each `{ zh = …, en = … }` in it becomes the text in that language."""
    read: Mapping[str, Any] = _in_language(tomllib.loads((resources.files("demo") / file).read_text("utf-8")), language)
    return read


def _in_language(value: Any, language: str) -> Any:
    match value:
        case {"zh": _, "en": _}:
            return value[language]
        case dict():
            return {key: _in_language(below, language) for key, below in value.items()}
        case list():
            return [_in_language(one, language) for one in value]
        case _:
            return value
