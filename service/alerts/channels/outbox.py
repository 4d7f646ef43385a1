"""Mail into files: what a newcomer sees before any mail server is named."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from service.alerts.channels.mail import Sender, mail
from service.alerts.channels.transport import ChannelDown, OutgoingMessage
from service.people.addresses import MAIL


class Outbox:
    """A folder of .eml files, one for each message; the same message twice is the same file."""

    name = MAIL

    def __init__(self, folder: Path, sender: Sender) -> None:
        self._folder, self._sender = folder, sender

    @contextmanager
    def open(self) -> Iterator["Outbox"]:
        """The folder, made when it is missing."""
        with _down_when_unwritable():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield self

    def send(self, message: OutgoingMessage) -> None:
        """Write the mail whole or not at all, named by its time and id."""
        at = message.created_at.astimezone(UTC)
        file = self._folder / f"{at:%Y%m%dT%H%M%SZ}-{message.id}.eml"
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        content = mail(message, self._sender, readable=True)
        with _down_when_unwritable():
            try:
                _write(draft, content)
                draft.replace(file)
            finally:
                draft.unlink(missing_ok=True)
            _keep_name(self._folder)


def _write(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing:
        writing.write(content)
        writing.flush()
        os.fsync(writing.fileno())


def _keep_name(folder: Path) -> None:
    """A new name outlives a power cut once its folder is written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _down_when_unwritable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ChannelDown(f"the outbox cannot be written: {error}") from error
