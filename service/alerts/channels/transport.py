"""What every channel is: it opens a connection, which takes one message after the other."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes along with a message."""

    name: str  # with its ending, in any language
    ascii_name: str  # for programs that know no other
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message as its reader gets it; sent twice, it is the same to the byte."""

    id: str
    to: str  # the address that the channel takes
    to_name: str
    sender_name: str
    language: str
    subject: str
    body: str
    created_at: datetime  # in the zone that the reader lives by
    attachments: tuple[Attachment, ...] = ()


class Connection(Protocol):
    """An open connection of a channel; sends one message at a time, and whoever counts it as sent flushes before."""

    def send(self, message: OutgoingMessage) -> None:
        """Hand over one message; raises `PermanentFailure`, `TemporaryFailure` or `ChannelDown`."""

    def flush(self) -> None:
        """Return once what was handed over survives a power cut here; it is written down then. Raises `ChannelDown`."""


class Channel(Protocol):
    """A way to reach people; `name` is what deliveries are queued under, and a key of `service.people.addresses`."""

    @property
    def name(self) -> str:
        """At most 16 characters; never changed, for stored deliveries carry it."""

    def open(self) -> AbstractContextManager[Connection]:
        """Connect; raises `ChannelDown`."""


class PermanentFailure(Exception):
    """A message that will never be taken: a wrong address, a refused content."""


class TemporaryFailure(Exception):
    """A message that was not taken now; others may be."""


class ChannelDown(Exception):
    """No message is taken now: refused connection, wrong password, dead line."""
