"""How long everything is kept that is not kept for ever: the one table of periods, and which rows are past theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, or_

from service.alerts.kept_letters import KEPT_FOR, is_waiting
from service.evidence.evidence import hangs_nowhere
from service.evidence.unused import UNATTACHED_FOR
from service.models import Alarm, Base, CalendarFeed, Evidence, IdempotencyKey, Invitation, Letter, Token
from service.store.idempotency import STORED_FOR

# As long as an address counts as known, and for whoever asks what became of a sign-in.
ENDED_ACCESS_KEPT = timedelta(days=30)
UNSEEN_ALARMS_KEPT = timedelta(days=30)  # of checks that nobody makes any more: those that are made end their own


class Retained(StrEnum):
    """What goes once its time is over."""

    TOKENS = "tokens"
    INVITATIONS = "invitations"
    CALENDAR_ADDRESSES = "calendar_addresses"
    STORED_ANSWERS = "stored_answers"
    LETTERS = "letters"
    EVIDENCE = "evidence"
    ALARMS = "alarms"
    SECURITY_LOG = "security_log"


@dataclass(frozen=True, slots=True)
class Period:
    """Rows of a table and how long they are kept; `is_past` is asked with the instant that lies so long ago."""

    table: type[Base]
    kept: timedelta
    is_past: Callable[[datetime], ColumnElement[bool]]


PERIODS: Mapping[Retained, Period] = MappingProxyType(
    {
        Retained.TOKENS: Period(
            Token,
            ENDED_ACCESS_KEPT,
            lambda limit: or_(Token.revoked_at < limit, Token.expires_at < limit, Token.idle_at < limit),
        ),
        Retained.INVITATIONS: Period(
            Invitation,
            ENDED_ACCESS_KEPT,
            lambda limit: or_(Invitation.ended_at < limit, Invitation.expires_at < limit),
        ),
        Retained.CALENDAR_ADDRESSES: Period(
            CalendarFeed, ENDED_ACCESS_KEPT, lambda limit: CalendarFeed.revoked_at < limit
        ),
        Retained.STORED_ANSWERS: Period(IdempotencyKey, STORED_FOR, lambda limit: IdempotencyKey.created_at < limit),
        Retained.LETTERS: Period(Letter, KEPT_FOR, lambda limit: (Letter.written_at < limit) & ~is_waiting()),
        Retained.EVIDENCE: Period(
            Evidence, UNATTACHED_FOR, lambda limit: (Evidence.uploaded_at < limit) & hangs_nowhere()
        ),
        Retained.ALARMS: Period(Alarm, UNSEEN_ALARMS_KEPT, lambda limit: Alarm.seen_at < limit),
    }
)
