"""The secret part of a feed's address: it alone opens the calendar, for half a year, until it is revoked."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.models import CalendarFeed, Person
from service.people.tokens import secret_hash
from service.security_log.writing import NewSecurityEntry, record_security
from workflows.findings.facts import Actor
from workflows.security import SecurityKind

BYTES = 32
VALID_FOR = timedelta(days=183)  # an exam season; who subscribes for the next one asks for another address


def new_address(secret_key: str, person_id: str, key: str | None) -> str:
    """A new secret; equal for an equal person and key, so that a repeated request gets an equal answer."""
    if key is None:
        return secrets.token_urlsafe(BYTES)
    text = f"calendar\n{person_id}\n{key}".encode()
    digest = hmac.new(secret_key.encode(), text, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def open_feed(session: Session, address: str, *, actor: Actor, now: datetime) -> datetime:
    """Make the address the actor's only one, and return until when it holds.

    One that is in the books already, revoked or not, is left alone.
    """
    before = select(CalendarFeed.created_at).where(CalendarFeed.hash == secret_hash(address))
    if created_at := session.scalar(before):
        return created_at + VALID_FOR
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update())  # one at a time
    close_feed(session, actor=actor, now=now)
    session.add(CalendarFeed(person_id=actor.id, hash=secret_hash(address), created_at=now))
    session.flush()
    made = NewSecurityEntry(kind=SecurityKind.CALENDAR_MADE, person_id=actor.id)
    record_security(session, made, now=now)
    return now + VALID_FOR


def close_feed(session: Session, *, actor: Actor, now: datetime) -> None:
    """Revoke the actor's address; without one there is nothing to do."""
    mine = update(CalendarFeed).where(CalendarFeed.person_id == actor.id, CalendarFeed.revoked_at.is_(None))
    ended: Any = session.execute(mine.values(revoked_at=now))
    if ended.rowcount:
        record_security(session, NewSecurityEntry(kind=SecurityKind.CALENDAR_ENDED, person_id=actor.id), now=now)


def reader_of(session: Session, address: str, *, now: datetime) -> Person | None:
    """The person whose calendar has this address; None when it is unknown, over or revoked, or the account disabled."""
    open_ = (CalendarFeed.revoked_at.is_(None), CalendarFeed.created_at > now - VALID_FOR)
    valid = (CalendarFeed.hash == secret_hash(address), *open_, Person.disabled_at.is_(None))
    return session.scalar(select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id).where(*valid))
