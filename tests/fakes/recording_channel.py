"""Delivery for tests: a channel that remembers what it carried and fails for whom it is told to, and one drain."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from service.alerts.channels.mail import Sender
from service.alerts.channels.transport import Channel, ChannelDown, OutgoingMessage, PermanentFailure, TemporaryFailure
from service.alerts.delivery import DeliveryReport, deliver
from service.alerts.messages import load_messages
from service.models import Delivery, Message, Person
from service.store.db import sessions
from tests.worlds.rows import NOW

BASE_URL = "https://duban.exam.example"
SENDER = Sender("duban@exam.example", "exam.example")
Failure = PermanentFailure | TemporaryFailure | ChannelDown


class RecordingChannel:
    """A channel that remembers what it carried, and fails for whom it is told to."""

    name = "mail"

    def __init__(self) -> None:
        self.carried: list[OutgoingMessage] = []
        self.tried: list[str] = []
        self.failures: dict[str, Failure] = {}
        self.opened = 0
        self.unflushable: ChannelDown | None = None
        self.down: ChannelDown | None = None
        self.on_send: Callable[[OutgoingMessage], None] = lambda _: None

    @contextmanager
    def open(self) -> Iterator["RecordingChannel"]:
        self.opened += 1
        if self.down:
            raise self.down
        yield self

    def send(self, message: OutgoingMessage) -> None:
        self.tried.append(message.to)
        if failure := self.failures.get(message.to):
            raise failure
        self.on_send(message)
        self.carried.append(message)

    def flush(self) -> None:
        if self.unflushable:
            raise self.unflushable

    @property
    def readers(self) -> list[str]:
        return sorted(message.to for message in self.carried)


def drain(engine: Engine, *channels: Channel, at: datetime = NOW, limit: int = 500) -> DeliveryReport:
    """Send what waits at that instant."""
    return deliver(sessions(engine), channels, base_url=BASE_URL, now=lambda _: at, limit=limit)


def letter_of(session: Session, message: Message) -> OutgoingMessage | None:
    """The message's letter as it would be written now; commits what the session has done."""
    session.commit()
    readers = sessionmaker(session.get_bind(), expire_on_commit=False)
    return load_messages(readers, [message], base_url=BASE_URL)[message.id].letter("mail")


def all_deliveries(session: Session) -> list[Delivery]:
    deliveries = session.scalars(select(Delivery), execution_options={"populate_existing": True}).all()
    session.commit()  # on SQLite an open transaction keeps every writer away
    return list(deliveries)


def only_delivery(session: Session) -> Delivery:
    (delivery,) = all_deliveries(session)
    return delivery


def email(person: Person) -> str:
    assert person.email
    return person.email
