"""Deliver: group what waits, lease it, send it outside any transaction, and write down what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from time import monotonic

import structlog
from sqlalchemy.orm import Session, sessionmaker

from service.alerts import leases
from service.alerts.channels.transport import (
    Channel,
    ChannelDown,
    Connection,
    OutgoingMessage,
    PermanentFailure,
    TemporaryFailure,
)
from service.alerts.grouping import group
from service.alerts.leases import LeasedDelivery
from service.alerts.messages import UnwrittenMessage, load_messages
from service.models import Alert, Delivery
from service.store import clock
from service.store.clock import earliest

BATCH = 50  # messages under one lease and over one connection
LIMIT = 500  # messages in one drain
SENDING_WITHIN = 15.0  # seconds; with the timeout of the last mail it stays below a job's 30, and a lease's 60
ADDRESS_GONE = "收件人已停用或未填邮箱 / the recipient is disabled or has no address"

Clock = Callable[[Session], datetime]
Letter = OutgoingMessage | PermanentFailure  # the failure in place of one that cannot be written

_log = structlog.get_logger()


@dataclass(slots=True)
class DeliveryReport:
    """What one drain did."""

    grouped: int = 0
    sent: int = 0
    failed: int = 0  # to be tried again, or given up
    withdrawn: int = 0  # the recipient has no address any more
    lost: int = 0  # sent, but the lease had run out: another process sends it as well, under the same Message-ID
    down: tuple[str, ...] = ()  # channels that took nothing

    @property
    def tried(self) -> int:
        return self.sent + self.failed + self.withdrawn + self.lost


@dataclass(slots=True)
class DeliveryRun:
    """One run of `deliver`: what it works with, until when, and what it has done so far."""

    sessions: sessionmaker[Session]
    channels: dict[str, Channel]
    base_url: str
    now: Clock
    until: float  # on the monotonic clock
    report: DeliveryReport = field(default_factory=DeliveryReport)


def deliver(
    sessions: sessionmaker[Session],
    channels: Sequence[Channel],
    *,
    base_url: str,
    now: Clock = clock.now,
    limit: int = LIMIT,
    within: float = SENDING_WITHIN,
) -> DeliveryReport:
    """Send what waits, up to `limit` messages in some `within` seconds; safe to run any number of times, at once too.

    Nothing is marked as sent before it was, no lock is held while sending, and a message that was sent though nobody
    could write that down is sent again under the same Message-ID.
    """
    by_name = {channel.name: channel for channel in channels}
    run = DeliveryRun(sessions, by_name, base_url, now, monotonic() + within)
    while run.report.tried < limit and monotonic() < run.until:
        grouped = _group(run)
        claimed, letters = _claim(run, min(BATCH, limit - run.report.tried))
        for name, batch in groupby(claimed, key=lambda lease: lease.channel):
            _send_batch(run, name, list(batch), letters)
        if not claimed and not grouped:
            break
    return run.report


def next_delivery_at(session: Session) -> datetime | None:
    """When the next alert wants grouping or the next message sending, which may be past: two probes of an index."""
    alert = earliest(session, Alert.created_at, where=Alert.message_id.is_(None))
    attempt = earliest(session, Delivery.next_attempt_at)
    return min((at for at in (alert, attempt) if at), default=None)


def _group(run: DeliveryRun) -> int:
    with run.sessions.begin() as session:
        grouped = group(session, now=run.now(session), channels=list(run.channels.values()))
    run.report.grouped += grouped
    return grouped


def _claim(run: DeliveryRun, limit: int) -> tuple[list[LeasedDelivery], dict[str, Letter | None]]:
    """Leases and their letters, by the delivery's id; none for a person whom the channel reaches no more."""
    up = run.channels.keys() - set(run.report.down)
    with run.sessions.begin() as session:
        claimed = leases.claim(session, now=run.now(session), channels=up, limit=limit)
        messages = load_messages(session, [lease.message_id for lease in claimed], base_url=run.base_url)
    # outside the transaction: it is slow
    letters = {lease.id: _write(messages[lease.message_id], lease.channel) for lease in claimed}
    return sorted(claimed, key=lambda lease: lease.channel), letters


def _write(message: UnwrittenMessage, channel: str) -> Letter | None:
    """The letter, or why there is none: whatever is wrong with one, the others under the lease are sent."""
    try:
        return message.letter(channel)
    except Exception as error:  # noqa: BLE001 - of the program or its texts: no further attempt will mend it
        _log.exception("letter_unwritable", message=message.message.id)
        return PermanentFailure(f"无法生成邮件 / the mail cannot be written: {error!r}")


def _send_batch(run: DeliveryRun, channel: str, batch: list[LeasedDelivery], letters: dict[str, Letter | None]) -> None:
    """Send over one connection; what is left when time is up or the channel goes down is put back."""
    left = list(batch)
    try:
        with run.channels[channel].open() as connection:
            while left and monotonic() < run.until:
                _send_one(run, connection, left[0], letters[left[0].id])
                del left[0]
    except ChannelDown as down:
        with run.sessions.begin() as session:
            leases.rest(session, channel, left, str(down), now=run.now(session))
        run.report.down += (channel,)
        return
    if left:
        with run.sessions.begin() as session:
            leases.put_back(session, left, now=run.now(session))


def _send_one(run: DeliveryRun, connection: Connection, lease: LeasedDelivery, letter: Letter | None) -> None:
    error: PermanentFailure | TemporaryFailure | None = None
    if isinstance(letter, PermanentFailure):
        error = letter
    elif letter:
        try:
            connection.send(letter)
        except (PermanentFailure, TemporaryFailure) as failure:
            error = failure
    with run.sessions.begin() as session:
        if letter is None:
            in_time = leases.withdrawn(session, lease, ADDRESS_GONE)
        elif error is None:
            in_time = leases.sent(session, lease, now=run.now(session))
        else:
            permanent = isinstance(error, PermanentFailure)
            in_time = leases.failed(session, lease, str(error), now=run.now(session), permanent=permanent)
    outcome = "withdrawn" if letter is None else "failed" if error else "sent" if in_time else "lost"
    setattr(run.report, outcome, getattr(run.report, outcome) + 1)
