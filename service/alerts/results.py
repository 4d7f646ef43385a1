"""What became of messages: written down together, and told to whoever has to know of those that were given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy.orm import Session

from service.alerts import leases
from service.alerts.channels.transport import PermanentFailure, TemporaryFailure
from service.alerts.leases import LeasedDelivery
from service.alerts.unreached import tell_of_unreached

NOTHING_TO_SEND = "收件人已停用、未填邮箱，或已无权查看 / the recipient is disabled, has no address, or may not see it"

_log = structlog.get_logger()


class Outcome(StrEnum):
    """What became of a message; the words are those of the report."""

    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one message under its lease."""

    lease: LeasedDelivery
    outcome: Outcome
    error: PermanentFailure | TemporaryFailure | None = None
    to: str | None = None  # the address that failed


def record_results(session: Session, results: Sequence[Result], *, now: datetime) -> set[str]:
    """Write down what became of messages of one claim; returns the ids of those whose lease still held."""
    sent = [result.lease for result in results if result.outcome is Outcome.SENT]
    kept = leases.sent(session, sent, now=now) if sent else set()
    withdrawn = [result.lease for result in results if result.outcome is Outcome.WITHDRAWN]
    if withdrawn:
        kept |= leases.withdrawn(session, withdrawn, NOTHING_TO_SEND)
    failed = [result for result in results if result.error and _failed(session, result, now)]
    for result in failed:
        _tell(session, result.lease, now)
    return kept | {result.lease.id for result in failed}


def _failed(session: Session, result: Result, now: datetime) -> bool:
    permanent = isinstance(result.error, PermanentFailure)
    return leases.failed(session, result.lease, str(result.error), now=now, permanent=permanent, to=result.to)


def _tell(session: Session, lease: LeasedDelivery, now: datetime) -> None:
    """Tell of a delivery that was given up; when that fails, the record of what was sent stands nevertheless."""
    try:
        with session.begin_nested():
            tell_of_unreached(session, lease, now=now)
    except Exception:
        if not session.is_active:  # nothing of the transaction is left
            raise
        _log.exception("unreached_untold", delivery=lease.id)  # the doctor names it all the same
