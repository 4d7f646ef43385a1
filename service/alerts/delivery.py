"""Deliver: group what waits, lease it, send it outside any transaction, and write down what became of it."""

from collections.abc import Sequence
from contextlib import ExitStack
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
from service.alerts.grouping import group_portion, is_anything_to_group, next_grouping_at
from service.alerts.hold.hold import hold_in_force
from service.alerts.leases import LeasedDelivery
from service.alerts.results import Outcome, Result, record_results
from service.alerts.writing import Clock, Draft, Failure, Writer
from service.models import Delivery
from service.store import clock
from service.store.clock import earliest
from service.store.db import is_locked, is_lost, reading_sessions

BATCH = 50  # messages over one connection, and leased and read together once a portion has gone well
PORTION = 10  # messages written down together: as many come again when a process dies; the first are leased by so many
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
    is_at_ease: bool = False  # a portion has gone well: no process that is killed again and again
    _connections: dict[str, Connection] = field(default_factory=dict)
    _carried: int = 0

    def is_held(self) -> bool:
        """Whether nothing may be sent at present."""
        with self.writer.readers.begin() as session:
            return hold_in_force(session) is not None

    def connection(self, channel: str) -> Connection:
        """A channel's connection for the next message, opened when one is ready; raises `ChannelDown`."""
        if self._carried >= BATCH:  # before a server ends the session by itself
            self._carried = 0
            self.flush()
            self._connections.clear()
            self.opened.close()
        self._carried += 1
        if channel not in self._connections:
            self._connections[channel] = self.opened.enter_context(self.channels[channel].open())
        return self._connections[channel]

    def flush(self) -> None:
        """Let what the open connections took survive a power cut; raises `ChannelDown`."""
        for connection in self._connections.values():
            connection.flush()


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
        run, is_more = DeliveryRun(sessions, by_name, writer, now, monotonic() + within, opened), True
        while run.report.tried < limit and monotonic() < run.until and not run.is_held():
            is_more = is_more and _group(run)
            portion = min(BATCH if run.is_at_ease else PORTION, limit - run.report.tried)
            claimed = _claim(run, portion)
            for name, batch in groupby(claimed, key=lambda lease: lease.channel):
                _send_batch(run, name, list(batch))
            if not claimed and not is_more:
                break
            is_more = is_more or len(claimed) < portion  # looked at again once what is grouped has gone
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
    """Group one portion; whether there is more to do."""
    with run.writer.readers.begin() as session:  # an idle look takes no write lock
        if not is_anything_to_group(session, now=run.now(session)):
            return False
    with run.sessions.begin() as session:
        begun, is_more = group_portion(session, now=run.now(session), channels=list(run.channels.values()))
    run.report.grouped += begun
    return is_more or begun > 0


def _claim(run: DeliveryRun, limit: int) -> list[LeasedDelivery]:
    """Leases by channel; letters are read and written after their transaction."""
    channels = run.channels.keys() - set(run.report.down)
    with run.writer.readers.begin() as session:  # an idle look takes no write lock
        if not leases.is_any_due(session, now=run.now(session), channels=channels):
            return []
    with run.sessions.begin() as session:
        claimed = leases.claim(session, now=run.now(session), channels=channels, limit=limit)
    return sorted(claimed, key=lambda lease: lease.channel)


def _send_batch(run: DeliveryRun, channel: str, batch: list[LeasedDelivery]) -> None:
    """Send one after the other; what is left when time is up or the channel goes down is put back."""
    left, results = list(batch), list[Result]()
    try:
        drafts = run.writer.drafts([lease.message_id for lease in left], channel)
        while left and monotonic() < run.until:
            draft = drafts[left[0].message_id]
            if draft is None:
                _put_back(run, left[:1], PAPERS_AGAIN_AFTER)
                run.report.awaiting += 1
            else:
                results.append(_send_one(run, run.connection(channel), left[0], draft))
            del left[0]
            if len(results) == PORTION:
                _write_down(run, results)
        _write_down(run, results)
    except ChannelDown as down:
        _let_rest(run, channel, results, left, str(down))
    except (DBAPIError, PoolTimeoutError) as error:
        if not (is_lost(error) or is_locked(error)):
            raise
        _log.warning("letters_put_back", letters=len(left), cause=str(error))
        _write_down(run, results)
        _put_back(run, left, BOOKS_AGAIN_AFTER)
    else:
        _put_back(run, left, timedelta(0))
        run.is_at_ease = True


def _let_rest(run: DeliveryRun, channel: str, results: list[Result], left: Sequence[LeasedDelivery], why: str) -> None:
    """Write down what was tried, and leave a channel alone that takes nothing."""
    try:
        _write_down(run, results)
    except ChannelDown:  # nor is it certain that what it took is there
        left = [*(result.lease for result in results), *left]
    with run.sessions.begin() as session:
        leases.rest(session, channel, left, why, now=run.now(session))
    run.report.down += (channel,)


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


def _write_down(run: DeliveryRun, results: list[Result]) -> None:
    """Write down what became of a portion, once: the list is empty afterwards."""
    if not results:
        return
    run.flush()
    with run.sessions.begin() as session:
        kept = record_results(session, results, now=run.now(session))
    for result in results:
        outcome = Outcome.LOST if result.outcome is Outcome.SENT and result.lease.id not in kept else result.outcome
        setattr(run.report, outcome, getattr(run.report, outcome) + 1)
    results.clear()
