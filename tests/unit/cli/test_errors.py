"""What a command says of errors that were to be expected, and what it hides of none."""

import errno
import os

import click
import pytest

from cli.errors import UNWRITABLE, click_exceptions


@pytest.mark.parametrize("number", UNWRITABLE)
def test_a_folder_that_cannot_be_written_ends_in_a_sentence_that_names_it(number: int) -> None:
    with pytest.raises(click.ClickException) as shown, click_exceptions():
        raise OSError(number, os.strerror(number), "/srv/duban/up.lock")
    for words in ("无法写入 /srv/duban/up.lock", "/srv/duban/up.lock cannot be written", os.strerror(number)):
        assert words in shown.value.message


def test_another_error_of_the_system_is_not_hidden() -> None:
    with pytest.raises(FileNotFoundError), click_exceptions():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/srv/duban/up.lock")
