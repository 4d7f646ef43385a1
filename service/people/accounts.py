"""Accounts: sign-in by user name and password, and closing an account."""

import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import Person
from service.people.passwords import check_password, hash_password, is_outdated, matches
from service.people.tokens import revoke_tokens


def set_password(session: Session, person: Person, password: str, *, now: datetime) -> None:
    """Set a new password and revoke all tokens of the person; raises `InvalidInput` for a weak one."""
    check_password(password, [person.username or "", person.name, person.organization.name])
    person.password_hash = hash_password(password)
    revoke_tokens(session, person, now=now)


def disable_person(session: Session, person: Person, *, now: datetime) -> None:
    """Close the account: no sign-in, no token, no alerts from now on; what the person did stays."""
    person.disabled_at = person.disabled_at or now
    revoke_tokens(session, person, now=now)


def sign_in(session: Session, *, username: str, password: str, now: datetime) -> Person:  # noqa: ARG001 - use cases take now
    """The person whose user name and password these are; NotAllowed `bad_credentials` for every reason alike."""
    person = person_named(session, username)
    # an unknown name costs the same hashing as a known one, so that time does not tell which names exist
    right = matches(person.password_hash if person else None, password)
    if person is None or not right:
        raise NotAllowed("bad_credentials")
    if person.password_hash and is_outdated(person.password_hash):
        person.password_hash = hash_password(password)
    return person


def person_named(session: Session, username: str) -> Person | None:
    """The person of that user name, unless there is none or the account is disabled."""
    return session.scalar(
        select(Person).where(Person.username == normal_username(username), Person.disabled_at.is_(None))
    )


def normal_username(username: str) -> str:
    """The spelling under which a user name is stored and looked up: NFKC, without capitals."""
    return unicodedata.normalize("NFKC", username).strip().casefold()
