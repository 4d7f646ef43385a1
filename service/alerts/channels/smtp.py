"""Mail by SMTP: one open connection for many messages, one recipient a message."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import parse_qs, unquote, urlsplit

from service.alerts.channels.mail import Sender, mail
from service.alerts.channels.transport import ChannelDown, OutgoingMessage, PermanentFailure, TemporaryFailure
from service.people.addresses import MAIL

TIMEOUT = 10.0  # seconds for a message, or for connecting; below the time of a job, which is below the lease's
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587, "smtp+insecure": 25}
CLOSING = 421  # the server ends the session
# Passing, whatever the 5 says: a full mailbox or mail system. 552 5.3.4 is a mail that is too long.
FULL = re.compile(r"552(?! 5\.3\.4)|5\d\d[ -]5\.(2\.2|3\.1)\b")
SOONEST = 0.1  # a socket's timeout of 0 would mean «do not block»
Step = Callable[[], tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. `smtps` and `smtp+starttls` demand TLS and a good certificate; `smtp` takes what is offered.

    With a password `smtp` is for this host alone, as the settings see to; `smtp+insecure` is the same without that.
    """

    scheme: str
    host: str
    port: int
    sender: Sender
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = TIMEOUT
    name: str = MAIL

    @classmethod
    def at(cls, url: str, *, host: str, timeout: float = TIMEOUT) -> "Smtp":
        """The server of an address like `smtp://user:password@mail.example:587?from=duban@mail.example`.

        Without `from` the sender is the user, if that is an address, else `duban@host`.
        """
        parts = urlsplit(url)
        username = unquote(parts.username) if parts.username else None
        user_address = username if username and "@" in username else None
        sender = parse_qs(parts.query).get("from", [user_address or f"duban@{host}"])[0]
        return cls(
            parts.scheme,
            parts.hostname or "localhost",
            parts.port or PORTS[parts.scheme],
            Sender(sender, host),
            username,
            unquote(parts.password) if parts.password else None,
            timeout,
        )

    @contextmanager
    def open(self) -> Iterator["SmtpConnection"]:
        """A connection that is signed in; one that breaks is made again once."""
        connection = SmtpConnection(self)
        try:
            connection.connect()
            yield connection
        finally:
            connection.close()


class SmtpConnection:
    """An open session; a message that breaks it costs itself, two in a row mean that the server is down."""

    def __init__(self, server: Smtp) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._broke = False

    def connect(self) -> smtplib.SMTP:
        """Connect and sign in, unless that is done; raises `ChannelDown`."""
        if self._smtp is not None:
            return self._smtp
        try:
            self._smtp = _connected(self._server)
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDown(f"{self._server.host}:{self._server.port}: {error}") from error
        return self._smtp

    def send(self, message: OutgoingMessage) -> None:
        """Send one mail to its one recipient."""
        content = mail(message, self._server.sender)
        try:
            self._transact(self.connect(), message.to, content)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self.close()
            if self._broke:
                raise ChannelDown(f"{self._server.host}:{self._server.port}: {error}") from error
            self._broke = True
            raise TemporaryFailure(f"the connection broke: {error}") from error
        self._broke = False

    def flush(self) -> None:
        """Nothing: the server has said of each mail that it has it."""

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        if self._smtp is None:
            return
        smtp, self._smtp = self._smtp, None
        with suppress(OSError, smtplib.SMTPException):
            if smtp.sock is not None:
                smtp.sock.settimeout(1)  # a mute server has had its time
            smtp.quit()
        smtp.close()

    def _transact(self, smtp: smtplib.SMTP, to: str, content: bytes) -> None:
        """One mail; all its steps share one timeout."""
        until = monotonic() + self._server.timeout
        steps: tuple[Step, ...] = (
            lambda: smtp.mail(self._server.sender.address),
            lambda: smtp.rcpt(to),
            lambda: smtp.data(content),
        )
        for number, step in enumerate(steps):
            if smtp.sock is not None:
                smtp.sock.settimeout(max(SOONEST, until - monotonic()))
            code, words = _answer(step)
            if code >= 400:
                _refuse(smtp, code, words, about_sender=number == 0)


def _answer(step: Step) -> tuple[int, str]:
    words: bytes | str
    try:
        code, words = step()
    except smtplib.SMTPDataError as error:
        code, words = error.smtp_code, error.smtp_error
    return code, words if isinstance(words, str) else words.decode(errors="replace")


def _refuse(smtp: smtplib.SMTP, code: int, words: str, *, about_sender: bool) -> None:
    answer = f"{code} {words}"
    if code == CLOSING:
        raise smtplib.SMTPServerDisconnected(answer)
    smtp.rset()
    if code < 500 or FULL.match(answer):
        raise TemporaryFailure(answer)
    # A server that will not take our sender takes no message at all: no reason to give any of them up.
    raise ChannelDown(answer) if about_sender else PermanentFailure(answer)


def _connected(server: Smtp) -> smtplib.SMTP:
    if server.scheme == "smtps":
        checked = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=checked)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.scheme == "smtp+starttls":
            smtp.starttls(context=ssl.create_default_context())
        elif server.scheme in ("smtp", "smtp+insecure") and smtp.has_extn("starttls"):
            smtp.starttls(context=_unchecked())
        if server.username:
            smtp.login(server.username, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _unchecked() -> ssl.SSLContext:
    """Encryption for its own sake: plain `smtp` would else send everything in the clear."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
