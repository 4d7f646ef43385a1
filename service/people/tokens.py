"""Tokens: how long a sign-in holds, and whom a bearer token stands for."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import Person, Token
from service.people.callers import Caller, caller_of

TOKEN_PREFIX = "duban_"  # noqa: S105 - lets scanners of leaked secrets recognize a token
TOKEN_BYTES = 32
SIGN_IN_VALID_FOR = timedelta(hours=12)  # a working day; longer-lived tokens are made with `duban token create`


def issue_token(session: Session, *, person: Person, now: datetime, expires_after: timedelta | None = None) -> str:
    """Make a bearer token, which is shown this once; without `expires_after` it holds until revoked."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + expires_after if expires_after is not None else None
    session.add(Token(person_id=person.id, hash=secret_hash(token), created_at=now, expires_at=expires_at))
    return token


def authenticate(session: Session, token: str, *, now: datetime) -> Caller:
    """The caller with this token; NotAllowed `unauthenticated` when it is unknown, expired or revoked."""
    valid = (
        Token.hash == secret_hash(token),
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > now),
        Person.disabled_at.is_(None),
    )
    person = session.scalar(select(Person).join(Token, Token.person_id == Person.id).where(*valid))
    if person is None:
        raise NotAllowed("unauthenticated")
    return caller_of(session, person)


def revoke_token(session: Session, token: str, *, now: datetime) -> None:
    """Revoke one token; nothing when it is unknown."""
    mine = update(Token).where(Token.hash == secret_hash(token), Token.revoked_at.is_(None))
    session.execute(mine.values(revoked_at=now))


def revoke_tokens(session: Session, person: Person, *, now: datetime) -> None:
    """Revoke all tokens of a person."""
    all_ = update(Token).where(Token.person_id == person.id, Token.revoked_at.is_(None))
    session.execute(all_.values(revoked_at=now))


def secret_hash(secret: str) -> str:
    """The hash to store of a token or secret address: with 256 random bits it cannot be reversed by guessing."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
