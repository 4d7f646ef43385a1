"""Deliver: group what waits, lease it, send it outside any transaction, and write down what became of it."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
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
from service.alerts.enclosures import Encloser
from service.alerts.grouping import WaitingPerson, group_portion, next_grouping_at, who_waits
from service.alerts.hold.hold import hold_in_force
from service.alerts.leases import LeasedDelivery
from service.alerts.results import Outcome, Result, record_results
from service.alerts.writing import Clock, Draft, Failure, Writer
from service.models import Delivery
from service.store import clock
from service.store.clock import earliest
from service.store.db import is_locked, is_lost, reading_sessions

BATCH = 50  # messages over one connection, and leased and read together once one was sent and written down
PORTION = 10  # messages written down together: as many come again when a process dies; the first are leased by so many
GROUPED_EVERY = 3  # claims: what is new meanwhile waits for no more of them before it gets its place
LIMIT = 500  # messages in one drain
PAPERS_AGAIN_AFTER = timedelta(seconds=3)
BOOKS_AGAIN_AFTER = timedelta(seconds=3)  # once the database was lost while letters were read or results written
MOST_NAMED = 10  # requests in the line of one mail
SENDING_WITHIN = 15.0  # seconds; with the timeout of the last mail it stays below a job's 30, and a lease's 35

_log = structlog.get_logger()


@dataclass(slots=True)
class DeliveryReport:
    """What one drain did."""

    grouped: int = 0
    sent: int = 0
    failed: int = 0  # to be tried again, or given up
    withdrawn: int = 0  # the recipient has no address any more
    awaiting: int = 0  # whose papers are being made: they go a moment later
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
    writer: Writer
    now: Clock
    until: float  # on the monotonic clock
    opened: ExitStack  # of connections, as long as the run
    report: DeliveryReport = field(default_factory=DeliveryReport)
    waiting: list[WaitingPerson] = field(default_factory=list)  # for a message
    _connections: dict[str, Connection] = field(default_factory=dict)
    _carried: int = 0

    def is_held(self) -> bool:
        """Whether nothing may be sent at present."""
        with self.writer.readers.begin() as session:
            return hold_in_force(session) is not None

    @property
    def claim_size(self) -> int:
        """How many to lease: few at first, for of a process that dies again and again each lease has to run out."""
        return BATCH if self.report.sent else PORTION

    @property
    def is_connection_worn(self) -> bool:
        """Whether a new one is made for the next message, before a server ends the session by itself."""
        return self._carried >= BATCH

    def connection(self, channel: str) -> Connection:
        """A channel's connection for the next message, opened when one is ready; raises `ChannelDown`."""
        if self.is_connection_worn:
            self._carried = 0
            self._connections.clear()
            self.opened.close()
        self._carried += 1
        if channel not in self._connections:
            self._connections[channel] = self.opened.enter_context(self.channels[channel].open())
        return self._connections[channel]

    def flush(self, channel: str) -> None:
        """Let what a channel's open connection took survive a power cut; raises `ChannelDown`."""
        self._connections[channel].flush()


@dataclass(slots=True)
class Batch:
    """Leases of one channel: those still to be sent, and what became of others, until that is written down."""

    channel: str
    left: list[LeasedDelivery]
    results: list[Result] = field(default_factory=list)

    def leave_sent(self) -> None:
        """Count what was sent as still to be sent: it is not certain that it is there."""
        self.left[:0] = [result.lease for result in self.results if result.outcome is Outcome.SENT]
        self.results = [result for result in self.results if result.outcome is not Outcome.SENT]


def deliver(
    sessions: sessionmaker[Session],
    channels: Sequence[Channel],
    *,
    base_url: str,
    now: Clock = clock.at_beginning,
    limit: int = LIMIT,
    within: float = SENDING_WITHIN,
    encloser: Encloser | None = None,
) -> DeliveryReport:
    """Send what waits, up to `limit` messages in some `within` seconds; safe to run any number of times, at once too.

    Nothing is marked as sent before it was, no lock is held while sending, and a message that was sent though nobody
    could write that down is sent again under the same Message-ID. Without an `encloser` no papers go along. While the
    office is held, nothing is grouped or sent.
    """
    by_name = {channel.name: channel for channel in channels}
    writer = Writer(sessions, reading_sessions(sessions), base_url, now, encloser)
    with ExitStack() as opened:
        run, is_more, claims = DeliveryRun(sessions, by_name, writer, now, monotonic() + within, opened), True, 0
        while run.report.tried < limit and monotonic() < run.until and not run.is_held():
            is_more = is_more and _group(run)
            size = min(run.claim_size, limit - run.report.tried)
            claimed = _claim(run, size)
            for name, leases_of_channel in groupby(claimed, key=lambda lease: lease.channel):
                _send_batch(run, Batch(name, list(leases_of_channel)))
            if not claimed and not is_more:
                break
            claims += 1  # looked at again once what is grouped has gone, or now and then while there is much of it
            is_more = is_more or len(claimed) < size or claims % GROUPED_EVERY == 0
    return run.report


def next_delivery_at(session: Session) -> datetime | None:
    """When the next alert wants grouping or the next message sending, which may be past: probes of indexes.

    None while the office is held.
    """
    if hold_in_force(session):
        return None
    return min(
        (at for at in (next_grouping_at(session), earliest(session, Delivery.next_attempt_at)) if at), default=None
    )


def _group(run: DeliveryRun) -> bool:
    """Group one portion; whether there is more to do. Who waits is asked once for all portions."""
    if not run.waiting:
        with run.writer.readers.begin() as session:  # an idle look takes no write lock
            run.waiting = who_waits(session, now=run.now(session))
        if not run.waiting:
            return False
    with run.sessions.begin() as session:
        channels = list(run.channels.values())
        begun, run.waiting = group_portion(session, run.waiting, now=run.now(session), channels=channels)
    run.report.grouped += begun
    return bool(run.waiting) or begun > 0


def _claim(run: DeliveryRun, limit: int) -> list[LeasedDelivery]:
    """Leases by channel; letters are read and written after their transaction."""
    channels = run.channels.keys() - set(run.report.down)
    with run.writer.readers.begin() as session:  # an idle look takes no write lock
        if not leases.is_any_due(session, now=run.now(session), channels=channels):
            return []
    with run.sessions.begin() as session:
        claimed = leases.claim(session, now=run.now(session), channels=channels, limit=limit)
    return sorted(claimed, key=lambda lease: lease.channel)


def _send_batch(run: DeliveryRun, batch: Batch) -> None:
    """Send one after the other; what is left when time is up or the channel goes down is put back."""
    try:
        _send_each(run, batch)
    except ChannelDown as down:
        _let_rest(run, batch, str(down))
    except (DBAPIError, PoolTimeoutError) as error:
        if not (is_lost(error) or is_locked(error)):
            raise
        _log.warning("letters_put_back", letters=len(batch.left), cause=str(error))
        try:
            _write_down(run, batch)
        except ChannelDown as down:
            _let_rest(run, batch, str(down))
        else:
            _put_back(run, batch.left, BOOKS_AGAIN_AFTER)
    else:
        _put_back(run, batch.left, timedelta(0))


def _send_each(run: DeliveryRun, batch: Batch) -> None:
    drafts = run.writer.drafts([lease.message_id for lease in batch.left], batch.channel)
    while batch.left and monotonic() < run.until:
        draft = drafts[batch.left[0].message_id]
        if draft is None:
            _put_back(run, batch.left[:1], PAPERS_AGAIN_AFTER)
            run.report.awaiting += 1
        else:
            batch.results.append(_send_one(run, run.connection(batch.channel), batch.left[0], draft))
        del batch.left[0]
        if len(batch.results) == PORTION or run.is_connection_worn:
            _write_down(run, batch)
    _write_down(run, batch)


def _let_rest(run: DeliveryRun, batch: Batch, why: str) -> None:
    """Write down what was tried, and leave a channel alone that takes nothing."""
    with suppress(ChannelDown):  # what it took is left then
        _write_down(run, batch)
    with run.sessions.begin() as session:
        leases.rest(session, batch.channel, batch.left, why, now=run.now(session))
    run.report.down += (batch.channel,)


def _put_back(run: DeliveryRun, left: Sequence[LeasedDelivery], again_after: timedelta) -> None:
    """What was not tried goes again after a while, and no attempt is counted."""
    if left:
        with run.sessions.begin() as session:
            leases.put_back(session, left, now=run.now(session) + again_after)


def _send_one(run: DeliveryRun, connection: Connection, lease: LeasedDelivery, draft: Draft | Failure) -> Result:
    """Send one; its line in the log names the requests that it came of, and nothing that it says."""
    result = _tried(run, connection, lease, draft)
    requests = draft.requests if isinstance(draft, Draft) else ()
    named = {"request_ids": ",".join(sorted(requests)[:MOST_NAMED])} if requests else {}
    _log.info("mail", message=lease.message_id, channel=lease.channel, outcome=str(result.outcome), **named)
    return result


def _tried(run: DeliveryRun, connection: Connection, lease: LeasedDelivery, draft: Draft | Failure) -> Result:
    letter = run.writer.letter(draft, lease.channel) if isinstance(draft, Draft) else draft
    if letter is None:
        return Result(lease, Outcome.WITHDRAWN)
    if not isinstance(letter, OutgoingMessage):
        return Result(lease, Outcome.FAILED, letter)
    try:
        connection.send(letter)
    except (PermanentFailure, TemporaryFailure) as failure:
        return Result(lease, Outcome.FAILED, failure, letter.to)
    return Result(lease, Outcome.SENT)


def _write_down(run: DeliveryRun, batch: Batch) -> None:
    """Write down what became of a portion, once: no results remain.

    What was sent and may be lost by a power cut is left to be sent again; raises `ChannelDown` then.
    """
    down = _flush(run, batch)
    if batch.results:
        with run.sessions.begin() as session:
            kept = record_results(session, batch.results, now=run.now(session))
        for result in batch.results:
            outcome = Outcome.LOST if result.outcome is Outcome.SENT and result.lease.id not in kept else result.outcome
            setattr(run.report, outcome, getattr(run.report, outcome) + 1)
        batch.results = []
    if down:
        raise down


def _flush(run: DeliveryRun, batch: Batch) -> ChannelDown | None:
    """Make sure of what was sent, once: a second attempt may succeed without it. Why that failed, if it did."""
    if any(result.outcome is Outcome.SENT for result in batch.results):
        try:
            run.flush(batch.channel)
        except ChannelDown as down:
            batch.leave_sent()
            return down
    return None
