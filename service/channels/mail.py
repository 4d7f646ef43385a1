"""A message as a mail: plain text in UTF-8, its Message-ID and date those of the message."""

from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from service.channels.transport import OutgoingMessage, PermanentFailure

LONGEST_LINE = 900  # bytes; RFC 5322 allows 998


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from."""

    address: str
    host: str  # the right side of Message-IDs


def mail(message: OutgoingMessage, sender: Sender, *, readable: bool = False) -> EmailMessage:
    """The mail; `readable` leaves the text as it is for whoever opens the file, else it is armoured for any server.

    Raises `PermanentFailure` when the address cannot be one.
    """
    mail = EmailMessage(SMTP)
    mail["Message-ID"] = f"<{message.id}@{sender.host}>"
    mail["Date"] = format_datetime(message.created_at)
    mail["From"] = Address(_one_line(message.sender_name), addr_spec=sender.address)
    mail["To"] = _recipient(message)
    mail["Subject"] = _one_line(message.subject)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # Exchange goes by this one
    mail["Content-Language"] = "zh-CN" if message.language == "zh" else message.language
    mail.set_content(message.body, cte=_encoding(message.body, readable=readable))
    return mail


def _recipient(message: OutgoingMessage) -> Address:
    try:
        message.to.encode("ascii")
        return Address(_one_line(message.to_name), addr_spec=message.to)
    # IndexError: what the standard library's parser raises for some of the addresses that it cannot read
    except (HeaderParseError, ValueError, IndexError) as error:
        raise PermanentFailure(f"not an address: {message.to!r}") from error


def _one_line(text: str) -> str:
    """A name may hold anything; a header holds one line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _encoding(body: str, *, readable: bool) -> Literal["8bit", "base64"]:
    short = all(len(line.encode()) <= LONGEST_LINE for line in body.splitlines())
    return "8bit" if readable and short else "base64"
