"""A real mail server that remembers what it took, and misbehaves by a script."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Fault(Enum):
    """What the server does to one recipient's mail."""

    REFUSE = auto()  # 550 at RCPT: no such mailbox
    LATER = auto()  # 451 at RCPT
    FULL = auto()  # 552 5.2.2 at RCPT: the mailbox is full
    CONTENT = auto()  # 554 after DATA
    DROP = auto()  # takes the mail, and cuts the line before it says so
    HANG = auto()  # says nothing after DATA
    CLOSE = auto()  # 421 at RCPT: the server goes away


class _AnyPort(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it so


class MailSink:
    """`with MailSink() as sink:` listens on a free port; `received` are the mails it took, in order."""

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuses_senders = False
        self._connections: set[SMTP] = set()
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def connections(self) -> int:
        """How many connections have brought a mail."""
        return len(self._connections)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._connections.add(server)
        if self.refuses_senders:
            return "550 sender not welcome"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        match self.faults.get(address):
            case Fault.REFUSE:
                return "550 no such mailbox"
            case Fault.FULL:
                return "552 5.2.2 mailbox full"
            case Fault.LATER:
                return "451 try again later"
            case Fault.CLOSE:
                await server.push("421 going away")
                _cut(server)
                return "421 going away"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        (address,) = envelope.rcpt_tos
        fault = self.faults.get(address)
        if fault is Fault.CONTENT:
            return "554 content refused"
        if fault is Fault.HANG:
            await asyncio.sleep(3600)
        self._take(envelope)
        if fault is Fault.DROP:
            _cut(server)
        return "250 OK"

    def _take(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.received.append(mail)
        self.recipients += envelope.rcpt_tos


def _cut(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()
