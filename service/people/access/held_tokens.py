"""登录与访问令牌: which tokens of a person still open something, and how each is ended."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed, existing
from service.models import Person, Token
from service.people.callers import Caller, as_security_administrator, lock_people, require_security_administrator
from service.people.person_record import record_access
from service.people.tokens import LONGEST_DAYS, Terms, issue_token, still_holds, was_issued
from service.store.paging import DEFAULT_LIMIT, Page, ordered_by, page
from workflows.credentials import TokenKind, TokenScope
from workflows.findings.facts import Actor

MOST_ACCESS_TOKENS = 20  # of one person at a time
_NEWEST = ordered_by(Token.created_at, descending=True)


def held_tokens(
    session: Session, person_id: str, *, now: datetime, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Token]:
    """The sign-ins and access tokens of a person that still hold, the newest first."""
    theirs = (Token.person_id == person_id, Token.kind != TokenKind.BEGUN)
    query = select(Token).join(Token.person).where(*theirs, *still_holds(now))
    return page(session, query, _NEWEST, cursor=cursor, limit=limit)


def tokens_of(
    session: Session,
    person_id: str,
    *,
    actor: Actor,
    now: datetime,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Token]:
    """The same of anybody, for administrators; raises NotFound."""
    require_security_administrator(actor)
    existing(session.get(Person, person_id))
    return held_tokens(session, person_id, now=now, cursor=cursor, limit=limit)


def create_access_token(
    session: Session, caller: Caller, *, text: str, name: str, scope: TokenScope, days: int, now: datetime
) -> None:
    """Make a token, which `new_token` has written, for a program that acts for the caller; nothing when it is there.

    NotAllowed `sign_in_needed` for whoever came with an access token: one must not outlive itself by another.
    """
    if caller.credential is None or caller.credential.kind is not TokenKind.SIGN_IN:
        raise NotAllowed("sign_in_needed")
    if was_issued(session, text):  # the request came before, with the same key
        return
    person = session.get_one(Person, caller.id)
    give_access_token(session, person, text=text, name=name, scope=scope, days=days, actor=caller.actor, now=now)


def give_access_token(  # noqa: PLR0913 - for whom, what, who and when
    session: Session,
    person: Person,
    *,
    text: str | None = None,
    name: str,
    scope: TokenScope,
    days: int,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> str:
    """Make a token for a program that acts for a person, on record; InvalidInput when there are enough of them."""
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))  # one at a time
    theirs = (Token.person_id == person.id, Token.kind == TokenKind.ACCESS)
    there = session.scalars(select(Token.id).join(Token.person).where(*theirs, *still_holds(now))).all()
    if len(there) >= MOST_ACCESS_TOKENS:
        raise InvalidInput({"name": "too_many_tokens"}, most=MOST_ACCESS_TOKENS)
    if not 0 < days <= LONGEST_DAYS:
        raise InvalidInput({"days": "token_too_long"}, most=LONGEST_DAYS)
    terms = Terms(kind=TokenKind.ACCESS, scope=scope, name=name, expires_after=timedelta(days=days))
    token = issue_token(session, person=person, now=now, terms=terms, text=text)
    record_access(session, [person], {"access_token": "made"}, actor=actor, now=now, reason=reason)
    return token


def end_token(session: Session, person_id: str, token_id: str, *, now: datetime) -> None:
    """End one of a person's tokens; raises NotFound for one of somebody else, or one that has ended."""
    query = select(Token).join(Token.person).where(Token.id == token_id, Token.person_id == person_id)
    token = existing(session.scalar(query.where(*still_holds(now))))
    token.revoked_at = now


def end_tokens(session: Session, person_id: str, *, now: datetime, but: str | None = None) -> None:
    """End all tokens of a person, but for the one with that id."""
    theirs = update(Token).where(Token.person_id == person_id, Token.revoked_at.is_(None))
    if but is not None:
        theirs = theirs.where(Token.id != but)
    session.execute(theirs.values(revoked_at=now).execution_options(synchronize_session=False))


def end_tokens_of(
    session: Session,
    person_id: str,
    *,
    actor: Actor,
    now: datetime,
    token_id: str | None = None,
    reason: str | None = None,
) -> None:
    """End one token of somebody, or all of them, as an administrator, on record; raises NotFound."""
    require_security_administrator(actor)
    person = existing(session.get(Person, person_id))
    lock_people(session, [person_id])
    if token_id is None:
        end_tokens(session, person_id, now=now)
    else:
        end_token(session, person_id, token_id, now=now)
    ended = {"tokens": "one_ended" if token_id else "all_ended"}
    record_access(session, [person], ended, actor=as_security_administrator(actor), now=now, reason=reason)
