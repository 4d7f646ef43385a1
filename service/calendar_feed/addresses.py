"""The secret part of a feed's address: it alone opens the calendar, until it is revoked."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.models import CalendarFeed, Person
from service.people.tokens import secret_hash
from workflows.findings.facts import Actor

BYTES = 32


def new_address(secret_key: str, person_id: str, key: str | None) -> str:
    """A new secret; equal for an equal person and key, so that a repeated request gets an equal answer."""
    if key is None:
        return secrets.token_urlsafe(BYTES)
    text = f"calendar\n{person_id}\n{key}".encode()
    digest = hmac.new(secret_key.encode(), text, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def open_feed(session: Session, address: str, *, actor: Actor, now: datetime) -> None:
    """Make the address the actor's only one; one that is in the books already, revoked or not, is left alone."""
    if session.scalar(select(CalendarFeed.id).where(CalendarFeed.hash == secret_hash(address))):
        return
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update())  # one at a time
    close_feed(session, actor=actor, now=now)
    session.add(CalendarFeed(person_id=actor.id, hash=secret_hash(address), created_at=now))
    session.flush()


def close_feed(session: Session, *, actor: Actor, now: datetime) -> None:
    """Revoke the actor's address; without one there is nothing to do."""
    mine = update(CalendarFeed).where(CalendarFeed.person_id == actor.id, CalendarFeed.revoked_at.is_(None))
    session.execute(mine.values(revoked_at=now))


def reader_of(session: Session, address: str) -> Person | None:
    """The person whose calendar has this address; None when it is unknown or revoked, or the account is disabled."""
    valid = (CalendarFeed.hash == secret_hash(address), CalendarFeed.revoked_at.is_(None), Person.disabled_at.is_(None))
    return session.scalar(select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id).where(*valid))
