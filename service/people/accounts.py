"""Accounts: sign-in by password, bearer tokens, and the caller that a token stands for."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import Assignment, Person, Round, TeamMember, Token
from service.people.passwords import check_password, hash_password, is_outdated, matches
from workflows.findings.facts import Actor
from workflows.vocabulary import TEAM_ROLES, Role

TOKEN_PREFIX = "duban_"  # noqa: S105 - lets scanners of leaked secrets recognize a token
TOKEN_BYTES = 32
SIGN_IN_VALID_FOR = timedelta(hours=12)  # a working day; longer-lived tokens are made with `duban token create`


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the person's id, the person as the law knows him or her, and the language that he or she reads."""

    id: str
    actor: Actor
    language: str  # zh or en


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


def caller_of(session: Session, person: Person) -> Caller:
    """The person as a caller, with the districts of his or her team, lead or office in the rounds that count."""
    actor = Actor(person.role, person.id, person.organization_id, _district_ids(session, person))
    return Caller(person.id, actor, person.language)


def normal_username(username: str) -> str:
    """The spelling under which a user name is stored and looked up: NFKC, without capitals."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def _district_ids(session: Session, person: Person) -> frozenset[str]:
    if person.role is Role.DISTRICT:
        return frozenset([person.organization_id])
    query = select(Assignment.district_id).where(Assignment.round_id.in_(rounds_that_count()))
    if person.role in TEAM_ROLES:
        mine = query.join(TeamMember, Assignment.team_id == TeamMember.team_id).where(TeamMember.person_id == person.id)
    elif person.role is Role.LEADER:
        mine = query.where(Assignment.leader_id == person.id)
    else:
        return frozenset()
    return frozenset(session.scalars(mine))


def rounds_that_count() -> Select[str]:
    """The open rounds; between two rounds the one closed last, so that people still see what they did."""
    nothing_open = ~select(Round.id).where(Round.closed_at.is_(None)).exists()
    last_closed = select(func.max(Round.closed_at)).scalar_subquery()
    return select(Round.id).where(or_(Round.closed_at.is_(None), and_(nothing_open, Round.closed_at == last_closed)))


def secret_hash(secret: str) -> str:
    """The hash to store of a token or secret address: with 256 random bits it cannot be reversed by guessing."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
