"""Mail into files: what a newcomer sees before any mail server is named."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from service.alerts.channels.mail import Sender, mail
from service.alerts.channels.transport import ChannelDown, OutgoingMessage
from service.files.store import sync_folder, write_private
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
        """Write the mail whole or not at all; its name is there for certain after `flush`."""
        file = self.file_of(message)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        content = mail(message, self._sender, readable=True)
        with _down_when_unwritable():
            try:
                write_private(draft, content)
                draft.replace(file)
            finally:
                draft.unlink(missing_ok=True)

    def flush(self) -> None:
        """Let the names of the mails survive a power cut."""
        with _down_when_unwritable():
            sync_folder(self._folder)

    def file_of(self, message: OutgoingMessage) -> Path:
        """Where its mail stands once it was sent, named by the message's time and id."""
        return self._folder / f"{message.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{message.id}.eml"


@contextmanager
def _down_when_unwritable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ChannelDown(f"the outbox cannot be written: {error}") from error
