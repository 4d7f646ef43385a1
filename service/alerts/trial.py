"""A trial mail: sent through the configured transport at once, and what came of it, with what to do about it."""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from service.alerts.channels.outbox import Outbox
from service.alerts.channels.transport import (
    Channel,
    ChannelDown,
    OutgoingMessage,
    PermanentFailure,
    TemporaryFailure,
)
from service.models import new_id
from service.people.addresses import ADDRESSES, MAIL
from service.wording import written

FAILURES: tuple[tuple[type[BaseException], str], ...] = (  # the more particular first
    (smtplib.SMTPAuthenticationError, "password"),
    (smtplib.SMTPNotSupportedError, "no_tls"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (socket.gaierror, "unknown_host"),
    (ConnectionRefusedError, "refused"),
    (TimeoutError, "timeout"),
)


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What became of a trial mail: a code with its words in `wording/trials.toml`."""

    code: str
    address: str
    file: Path | None = None  # where it stands, in an outbox
    error: str = ""  # in the server's own words

    @property
    def was_sent(self) -> bool:
        """Whether the mail was handed over."""
        return self.code in ("sent", "filed")

    def sentence(self, language: str) -> str:
        """What happened, and what to do about it."""
        return written("trials", self.code, language, address=self.address, place=str(self.file), error=self.error)


def send_trial(channels: Sequence[Channel], address: str, *, office: str | None, now: datetime) -> TrialOutcome:
    """Send a mail to the address over the channel for mail, now and past every queue."""
    if not ADDRESSES[MAIL].form.fullmatch(address):
        return TrialOutcome("no_address", address)
    channel = next(channel for channel in channels if channel.name == MAIL)
    message = _message(address, office, now)
    try:
        with channel.open() as connection:
            connection.send(message)
            connection.flush()
    except ChannelDown as error:
        return TrialOutcome(_code_of(error, isinstance(channel, Outbox)), address, error=str(error))
    except TemporaryFailure as error:
        return TrialOutcome("later", address, error=str(error))
    except PermanentFailure as error:
        return TrialOutcome("not_taken", address, error=str(error))
    if isinstance(channel, Outbox):
        return TrialOutcome("filed", address, channel.file_of(message))
    return TrialOutcome("sent", address)


def _message(address: str, office: str | None, now: datetime) -> OutgoingMessage:
    """In both languages: whoever reads it may know only one."""
    texts = [written("trials", "body", language) for language in ("zh", "en")]
    return OutgoingMessage(
        id=new_id(),
        to=address,
        to_name=address.partition("@")[0],
        sender_name=office or written("letters", "office", "zh"),
        language="zh",
        subject=written("trials", "subject", "zh"),
        body="\n\n".join(texts) + "\n",
        created_at=now,
    )


def _code_of(error: ChannelDown, is_outbox: bool) -> str:  # noqa: FBT001
    if is_outbox:
        return "outbox"
    cause = error.__cause__
    if cause is None:
        return "sender"  # the server answered, and will not take our sender
    return next((code for kind, code in FAILURES if isinstance(cause, kind)), "down")
