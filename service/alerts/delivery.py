"""Deliver: group what waits, lease it, send it outside any transaction, and write down what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from time import monotonic

import structlog
from sqlalchemy.orm import Session, sessionmaker

from service.alerts import leases
from service.alerts.channels import (
    Channel,
    ChannelDown,
    Connection,
    OutgoingMessage,
    PermanentFailure,
    TemporaryFailure,
)
from service.alerts.drafts import Draft, load_drafts
from service.alerts.grouping import group
from service.alerts.leases import LeasedDelivery
from service.store import clock

BATCH = 50  # messages under one lease and over one connection
LIMIT = 500  # messages in one drain
SENDING_WITHIN = 15.0  # seconds; with the timeout of the last mail it stays below a job's 30, and a lease's 60
ADDRESS_GONE = "收件人已停用或未填邮箱 / the recipient is disabled or has no address"

Clock = Callable[[Session], datetime]
Letter = OutgoingMessage | PermanentFailure  # the failure in place of one that cannot be written

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one drain did. `held_back`: alerts still wait for the sweep; call again in a second."""

    grouped: int = 0
    sent: int = 0
    failed: int = 0  # to be tried again, or given up
    withdrawn: int = 0  # nobody to be reached any more
    lost: int = 0  # sent, but the lease had run out: somebody else sends it as well, under the same Message-ID
    down: tuple[str, ...] = ()  # channels that took nothing
    held_back: bool = False

    @property
    def tried(self) -> int:
        return self.sent + self.failed + self.withdrawn + self.lost


@dataclass(slots=True)
class _Post:
    """One drain at work."""

    sessions: sessionmaker[Session]
    channels: dict[str, Channel]
    base_url: str
    now: Clock
    until: float  # on the monotonic clock
    report: DeliveryReport = field(default_factory=DeliveryReport)

    def count(self, **more: int) -> None:
        self.report = replace(self.report, **{name: getattr(self.report, name) + n for name, n in more.items()})


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
    post = _Post(sessions, by_name, base_url, now, monotonic() + within)
    while post.report.tried < limit and monotonic() < post.until:
        grouped = _group(post)
        claimed, letters = _claim(post, min(BATCH, limit - post.report.tried))
        for name, batch in groupby(claimed, key=lambda lease: lease.channel):
            _send_batch(post, name, list(batch), letters)
        if not claimed and not grouped:
            break
    return post.report


def _group(post: _Post) -> int:
    with post.sessions.begin() as session:
        grouped = group(session, now=post.now(session), channels=list(post.channels.values()))
    post.report = replace(post.report, grouped=post.report.grouped + grouped.messages, held_back=grouped.held_back)
    return grouped.messages


def _claim(post: _Post, limit: int) -> tuple[list[LeasedDelivery], dict[str, Letter]]:
    """Leases and their letters, by message; a letter is missing when its reader cannot be reached any more."""
    up = post.channels.keys() - set(post.report.down)
    with post.sessions.begin() as session:
        claimed = leases.claim(session, now=post.now(session), channels=up, limit=limit)
        drafts = load_drafts(session, [lease.message_id for lease in claimed], base_url=post.base_url)
    letters = {draft.message.id: _write(draft) for draft in drafts if draft.reachable}  # outside: it takes a while
    return sorted(claimed, key=lambda lease: lease.channel), letters


def _write(draft: Draft) -> Letter:
    """The letter, or why there is none: whatever is wrong with one, the others under the lease are sent."""
    try:
        return draft.letter()
    except Exception as error:  # noqa: BLE001 - of the program or its texts: no further attempt will mend it
        _log.exception("letter_unwritable", message=draft.message.id)
        return PermanentFailure(f"无法生成邮件 / the mail cannot be written: {error!r}")


def _send_batch(post: _Post, channel: str, batch: list[LeasedDelivery], letters: dict[str, Letter]) -> None:
    """Send over one connection; what is left when time is up or the channel goes down is put back."""
    left = list(batch)
    try:
        with post.channels[channel].open() as connection:
            while left and monotonic() < post.until:
                _send_one(post, connection, left[0], letters.get(left[0].message_id))
                del left[0]
    except ChannelDown as down:
        with post.sessions.begin() as session:
            leases.rest(session, channel, left, str(down), now=post.now(session))
        post.report = replace(post.report, down=(*post.report.down, channel))
        return
    if left:
        with post.sessions.begin() as session:
            leases.put_back(session, left, now=post.now(session))


def _send_one(post: _Post, connection: Connection, lease: LeasedDelivery, letter: Letter | None) -> None:
    error: PermanentFailure | TemporaryFailure | None = None
    if isinstance(letter, PermanentFailure):
        error = letter
    elif letter is not None:
        try:
            connection.send(letter)
        except (PermanentFailure, TemporaryFailure) as failure:
            error = failure
    with post.sessions.begin() as session:
        kept = _write_down(session, lease, letter, error, post.now(session))
    outcome = "withdrawn" if letter is None else "failed" if error else "sent" if kept else "lost"
    post.count(**{outcome: 1})


def _write_down(
    session: Session, lease: LeasedDelivery, letter: Letter | None, error: Exception | None, now: datetime
) -> bool:
    if letter is None:
        return leases.withdrawn(session, lease, ADDRESS_GONE)
    if error is None:
        return leases.sent(session, lease, now=now)
    return leases.failed(session, lease, str(error), now=now, permanent=isinstance(error, PermanentFailure))
