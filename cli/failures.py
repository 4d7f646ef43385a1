"""What is expected to go wrong, as a sentence for whoever typed the command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from service.errors import DubanError, InvalidInput
from service.settings import BadSettings
from service.store.db import unavailable_when_lost
from service.wording import sentence


@contextmanager
def as_sentences() -> Iterator[None]:
    """Turn expected errors into click's: a sentence on standard error, exit code 1."""
    try:
        with unavailable_when_lost():
            yield
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
    except DubanError as error:
        raise click.ClickException(_in_words(error)) from error


def both_languages(code: str, error: DubanError) -> str:
    """The sentence of a code, Chinese first, then English."""
    particulars: dict[str, Any] = dict(error.particulars)
    return " / ".join(sentence(code, language, **particulars) for language in ("zh", "en"))


def _in_words(error: DubanError) -> str:
    if isinstance(error, InvalidInput):
        return "\n".join(f"{field}：{both_languages(code, error)}" for field, code in error.fields.items())
    return both_languages(error.code, error)
