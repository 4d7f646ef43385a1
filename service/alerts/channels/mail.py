"""A message as a mail: plain text in UTF-8 and its papers, its Message-ID and date those of the message."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from urllib.parse import quote

from service.alerts.channels.transport import OutgoingMessage, PermanentFailure
from service.wording import one_line

LETTERS_OF_A_NAME = 5  # of up to twelve signs each
LONGEST_LINE = 900  # bytes; RFC 5322 allows 998
# RFC 2047, section 2: a line with an encoded word has at most 76 characters; the 78 of the policy are RFC 5322's.
AS_SENT = compat32.clone(linesep="\r\n", max_line_length=76)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from."""

    address: str
    host: str  # the right side of Message-IDs


def mail(message: OutgoingMessage, sender: Sender, *, readable: bool = False) -> bytes:
    """The mail; `readable` leaves the text as it is for whoever opens the file, else it is armoured for any server.

    Raises `PermanentFailure` when the address cannot be one.
    """
    # Not the newer EmailMessage: its folding doubles spaces between English and Chinese words of a subject.
    charset = _charset(message.body, readable=readable)
    text = MIMEText(message.body, "plain", charset)  # type: ignore[arg-type]  # typeshed knows charsets by name only
    mail = _with_attachments(text, message) if message.attachments else text
    headers: dict[str, str | Header] = {
        "Message-ID": f"<{message.id}@{sender.host}>",
        "Date": format_datetime(message.created_at),
        "From": _mailbox("From", message.sender_name, sender.address),
        "To": _mailbox("To", message.to_name, _address(message.to)),
        "Subject": _words("Subject", message.subject),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",  # Exchange goes by this one
        "Content-Language": "zh-CN" if message.language == "zh" else message.language,
    }
    for name, value in headers.items():
        mail[name] = value  # type: ignore[assignment]  # typeshed knows no headers but text
    return mail.as_bytes(policy=AS_SENT)


def _with_attachments(text: MIMEText, message: OutgoingMessage) -> MIMEMultipart:
    """Text and files; the boundary is the message's own, so that it is the same mail to the byte."""
    mail = MIMEMultipart(boundary=f"=_{message.id}")
    mail.attach(text)
    for attachment in message.attachments:
        part = MIMEApplication(attachment.content, "pdf", name=attachment.ascii_name)
        part["Content-Disposition"] = "; ".join(("attachment", *_file_name(attachment.name)))
        mail.attach(part)
    return mail


def _file_name(name: str) -> Iterator[str]:
    """The parameters of a file's name in any language, each short enough for a line (RFC 2231)."""
    letters = [quote(letter, safe="") for letter in one_line(name)]
    for number, start in enumerate(range(0, len(letters), LETTERS_OF_A_NAME)):
        begins = "utf-8''" if number == 0 else ""
        yield f"filename*{number}*={begins}{''.join(letters[start : start + LETTERS_OF_A_NAME])}"


def _address(address: str) -> str:
    try:
        address.encode("ascii")
        return Address(addr_spec=address).addr_spec
    # IndexError: what the standard library's parser raises for some of the addresses that it cannot read
    except (HeaderParseError, ValueError, IndexError) as error:
        raise PermanentFailure(f"not an address: {address!r}") from error


def _mailbox(header: str, name: str, address: str) -> Header:
    mailbox = _words(header, name)
    mailbox.append(f"<{address}>", "us-ascii")
    return mailbox


def _words(header: str, text: str) -> Header:
    """Words for a header, on one line whatever a name holds, and encoded as a whole."""
    return Header(one_line(text), "utf-8", header_name=header)


def _charset(body: str, *, readable: bool) -> Charset:
    charset = Charset("utf-8")
    short = all(len(line.encode()) <= LONGEST_LINE for line in body.splitlines())
    charset.body_encoding = None if readable and short else BASE64  # type: ignore[assignment]  # none: 8bit
    return charset
