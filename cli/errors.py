"""Expected errors as sentences for whoever typed the command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from service.errors import DubanError, InvalidInput
from service.settings import BadSettings
from service.store.db import unavailable_when_lost
from service.wording import sentence


@contextmanager
def click_exceptions() -> Iterator[None]:
    """Raise ClickException for an expected error: a sentence on standard error, exit code 1."""
    try:
        with unavailable_when_lost():
            yield
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
    except DubanError as error:
        if isinstance(error, InvalidInput):
            fields = (f"{field}：{in_both_languages(code, error)}" for field, code in error.fields.items())
            raise click.ClickException("\n".join(fields)) from error
        raise click.ClickException(in_both_languages(error.code, error)) from error


def in_both_languages(code: str, error: DubanError) -> str:
    """The sentence of a code in Chinese and English, its blanks filled from the error."""
    particulars: dict[str, Any] = dict(error.particulars)
    return " / ".join(sentence(code, language, **particulars) for language in ("zh", "en"))
