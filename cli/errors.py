"""Expected errors as sentences for whoever typed the command."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from service.errors import DubanError, InvalidInput, Unavailable
from service.settings import BadSettings
from service.store.db import unavailable_when_lost
from service.wording import sentence
from service.wording.names import BadNames

UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)


@contextmanager
def click_exceptions() -> Iterator[None]:
    """Raise ClickException for an expected error: a sentence on standard error, exit code 1."""
    try:
        with unavailable_when_lost():
            yield
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        unwritable = Unavailable("folder_unwritable", path=error.filename or ".", error=error.strerror)
        raise click.ClickException(in_both_languages(unwritable.code, unwritable)) from error
    except (BadNames, BadSettings) as error:
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
