"""Tokens: how long a sign-in holds, and whom a bearer token stands for."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.models import CalendarFeed, Invitation, Person, Post, SecondFactor, Token
from service.people.callers import Caller, Credential, Holding, caller_with, holdings_of, lock_people
from service.settings import AccountRules
from service.store.db import only_reads
from service.store.schema import ask_along, was_asked_along
from workflows.credentials import NextStep, SignInProof, TokenKind, TokenScope

TOKEN_PREFIX = "duban_"  # noqa: S105 - lets scanners of leaked secrets recognize a token
TOKEN_BYTES = 32
USUAL = AccountRules()
LONGEST_DAYS = 366  # of any token
USE_NOTED_EVERY = timedelta(minutes=2)  # a call within that of the last one noted writes nothing

ADDRESS_KNOWN_FOR = timedelta(days=30)  # where somebody signed in, a stranger's guesses elsewhere do not slow him


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a token is, what it is good for and how long it holds."""

    kind: TokenKind = TokenKind.SIGN_IN
    scope: TokenScope = TokenScope.FULL
    name: str | None = None  # of an access token
    expires_after: timedelta = timedelta(days=LONGEST_DAYS)
    idle_after: timedelta | None = None  # whole minutes without a call that end it; none: it may rest
    proof: SignInProof | None = None  # of a sign-in


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a token is used: what its owner and administrators are shown, and what is known again."""

    address: str
    address_hash: str | None = None
    device: str | None = None  # such as «Chrome · Windows»


def new_token(secret_key: str, person_id: str, key: str | None) -> str:
    """A token's text; equal for an equal person and key, so that a repeated request gets an equal answer."""
    if key is None:
        return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    digest = hmac.new(secret_key.encode(), f"token\n{person_id}\n{key}".encode(), hashlib.sha256).digest()
    return TOKEN_PREFIX + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def issue_token(
    session: Session,
    *,
    person: Person,
    now: datetime,
    terms: Terms = Terms(),
    place: Place | None = None,
    text: str | None = None,
) -> str:
    """Make a bearer token, which is shown this once; InvalidInput when it would hold for more than `LONGEST_DAYS`.

    `text` is what `new_token` has made, if it is to be a certain one.
    """
    if not timedelta(0) < terms.expires_after <= timedelta(days=LONGEST_DAYS):
        raise InvalidInput({"days": "token_too_long"}, most=LONGEST_DAYS)
    text = text or TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    token = Token(
        person_id=person.id,
        hash=secret_hash(text),
        kind=terms.kind,
        scope=terms.scope,
        name=terms.name,
        created_at=now,
        expires_at=now + terms.expires_after,
        idle_minutes=terms.idle_after // timedelta(minutes=1) if terms.idle_after is not None else None,
        address_hash=place.address_hash if place else None,
        proof=terms.proof,
    )
    _use(token, place, now=now)
    session.add(token)
    return text


def note_use(session: Session, credential: Credential, place: Place, *, now: datetime) -> None:
    """Note that a token was used, and from where: it has not rested. Nothing when it has ended meanwhile."""
    token = session.get(Token, credential.token_id, with_for_update={"of": Token})
    if token is not None and token.revoked_at is None and token.last_used_at < now:
        _use(token, place, now=now)


def _use(token: Token, place: Place | None, *, now: datetime) -> None:
    token.last_used_at = now
    token.idle_at = now + timedelta(minutes=token.idle_minutes) if token.idle_minutes is not None else None
    if place is not None:
        token.address, token.device = place.address, place.device


def signed_in_from(session: Session, person_id: str, address_hashes: Collection[str], *, now: datetime) -> bool:
    """Whether the person signed in from an address, by its hashes under our keys, within `ADDRESS_KNOWN_FOR`."""
    begun = Token.kind == TokenKind.BEGUN
    lately = (Token.address_hash.in_(address_hashes), Token.created_at > now - ADDRESS_KNOWN_FOR, ~begun)
    return session.scalar(select(Token.id).where(Token.person_id == person_id, *lately).limit(1)) is not None


def authenticate(session: Session, token: str, *, now: datetime, rules: AccountRules = USUAL) -> Caller:
    """The caller with this token; NotAllowed `unauthenticated` when it is unknown, expired or revoked.

    Whoever may write is held until the end of the transaction: nobody takes a post or district away meanwhile.
    """
    if not only_reads(session) and not was_asked_along(session):
        session.execute(_hold(), {"held_hash": secret_hash(token)})
    rows = session.execute(_token_with_holdings(), {"hash": secret_hash(token), "now": now}).all()
    if not rows:
        raise NotAllowed("unauthenticated")
    person, token_id, kind, scope, last_used_at, proof, *_ = rows[0]
    is_noted = last_used_at > now - USE_NOTED_EVERY
    step = next_step(session, person, kind, rules, proof=proof, now=now)
    credential = Credential(token_id, kind, scope, is_noted, step, proof)
    held = (row[-len(Holding._fields) :] for row in rows)
    holdings = [Holding(*holding) for holding in held if holding[0]]
    caller = caller_with(person, holdings, kept_apart=rules.separate_administration)
    return replace(caller, credential=credential, person=person)


@cache
def _token_with_holdings() -> Select[*tuple[Any, ...]]:
    """Whose the token of a `hash` is that holds `now`, what it is good for, and all that its person has, a row each."""
    of_hash = Token.hash == bindparam("hash", type_=Token.hash.type)
    of_credential = (Token.id, Token.kind, Token.scope, Token.last_used_at, Token.proof)
    held = holdings_of(select(Token.person_id).where(of_hash))
    return (
        select(Person, *of_credential, *(held.c[name] for name in Holding._fields))
        .join(Token, Token.person_id == Person.id)
        .outerjoin(held, held.c.person_id == Person.id)
        .where(of_hash, *still_holds(bindparam("now", type_=Token.expires_at.type)))
    )


def next_step(
    session: Session,
    person: Person,
    kind: TokenKind,
    rules: AccountRules,
    *,
    proof: SignInProof | None,
    now: datetime,
) -> NextStep | None:
    """What whoever has signed in must do before anything else; nothing for programs, which sign in to nothing.

    A password that was not asked for need not be changed.
    """
    if kind is not TokenKind.SIGN_IN:
        return NextStep.SECOND_FACTOR if kind is TokenKind.BEGUN else None
    holds_for, set_at = rules.passwords.holds_for, person.password_set_at
    is_old = holds_for is not None and (set_at is None or set_at + holds_for <= now)
    by_password = proof in (None, SignInProof.PASSWORD)
    if by_password and person.password_hash is not None and (person.password_given or is_old):
        return NextStep.CHANGE_PASSWORD
    if proof is SignInProof.PROVIDER_WITH_FACTOR:
        return None
    if demands_second_factor(session, person, rules) and not has_second_factor(session, person.id):
        return NextStep.SET_UP_SECOND_FACTOR
    return None


def demands_second_factor(session: Session, person: Person, rules: AccountRules) -> bool:
    """Whether the office demands a second factor of one of the person's posts."""
    if not rules.second_factor_roles:
        return False
    others = session.scalars(select(Post.role).where(Post.person_id == person.id))
    return not rules.second_factor_roles.isdisjoint({person.role, *others})


def has_second_factor(session: Session, person_id: str) -> bool:
    """Whether the person is asked for a code after the password."""
    mine = (SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return session.scalar(select(SecondFactor.person_id).where(*mine)) is not None


def require_valid(session: Session, token: str, *, now: datetime) -> None:
    """Raise NotAllowed `unauthenticated` when the token is unknown, expired or revoked; asks for nothing else."""
    query = select(Token.id).join(Token.person).where(Token.hash == secret_hash(token), *still_holds(now))
    if not session.scalar(query):
        raise NotAllowed("unauthenticated")


def was_issued(session: Session, token: str) -> bool:
    """Whether it is or was somebody's token, however it ended."""
    return session.scalar(select(Token.id).where(Token.hash == secret_hash(token))) is not None


def holder_of_expired(session: Session, token: str) -> str | None:
    """Whose token it is that has ended by its time alone, or by resting; None of one that was revoked."""
    return session.scalar(select(Token.person_id).where(Token.hash == secret_hash(token), Token.revoked_at.is_(None)))


def still_holds(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    """That a token opens something, as conditions on `Token` and its `Person`."""
    return (
        Token.revoked_at.is_(None),
        Token.expires_at > now,
        or_(Token.idle_at.is_(None), Token.idle_at > now),
        Person.disabled_at.is_(None),
    )


def hold_from_first(session: Session, token: str) -> None:
    """Let the first statement of a transaction for writing keep `lock_people` waiting; `authenticate` follows."""
    ask_along(session, _hold(), held_hash=secret_hash(token))


@cache
def _hold() -> Select[str]:
    """Keep `lock_people` waiting; not in the statement that authenticates, which has to see what this waited for."""
    of_hash = Token.hash == bindparam("held_hash", type_=Token.hash.type)
    whose = select(Person.id).join(Token, Token.person_id == Person.id).where(of_hash)
    return whose.with_for_update(read=True, key_share=True, of=Person)


def revoke_token(session: Session, token: str, *, now: datetime) -> None:
    """Revoke one token; nothing when it is unknown."""
    mine = update(Token).where(Token.hash == secret_hash(token), Token.revoked_at.is_(None))
    session.execute(mine.values(revoked_at=now))


def revoke_access(session: Session, person: Person, *, now: datetime, but: str | None = None) -> None:
    """Revoke all that stands for the person as he or she was: tokens, but for one, calendar addresses, invitations."""
    lock_people(session, [person.id])
    all_ = update(Token).where(Token.person_id == person.id, Token.revoked_at.is_(None))
    if but is not None:
        all_ = all_.where(Token.hash != secret_hash(but))
    session.execute(all_.values(revoked_at=now))
    feeds = update(CalendarFeed).where(CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None))
    session.execute(feeds.values(revoked_at=now))
    end_invitations(session, [person.id], now=now)


def end_invitations(session: Session, person_ids: Collection[str], *, now: datetime) -> None:
    """Let no invitation of these people open anything any more."""
    theirs = update(Invitation).where(Invitation.person_id.in_(person_ids), Invitation.ended_at.is_(None))
    session.execute(theirs.values(ended_at=now).execution_options(synchronize_session=False))


def secret_hash(secret: str) -> str:
    """The hash to store of a token or secret address: with 256 random bits it cannot be reversed by guessing."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
