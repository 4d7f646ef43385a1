"""统一身份认证账号: whom the office's own provider means, linked by a person or an administrator and by nothing else.

Neither a name nor an address of the provider's makes an account or finds one: both can be given anew to somebody else.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, existing
from service.models import Person, ProviderAccount
from service.people.access.held_tokens import end_tokens
from service.people.callers import as_security_administrator, lock_people, require_security_administrator
from service.people.person_record import record_access
from service.settings import OidcRules
from workflows.findings.facts import Actor

LONGEST_SUBJECT = 255  # characters, OpenID Connect Core 2


def hash_of_subject(issuer: str, subject: str) -> str:
    """What is kept of a provider's name for somebody, which may be a number of the staff."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode(errors="surrogatepass")).hexdigest()


def linked_at(session: Session, person_id: str) -> datetime | None:
    """Since when the person may sign in at the provider; None: not at all."""
    return session.scalar(select(ProviderAccount.linked_at).where(ProviderAccount.person_id == person_id))


def holder(session: Session, subject_hash: str, *, locked: bool = False) -> Person:
    """Whom the provider means; NotAllowed `provider_account_unknown`, or `account_closed` of somebody who left."""
    query = select(Person).join(ProviderAccount, ProviderAccount.person_id == Person.id)
    query = query.where(ProviderAccount.subject_hash == subject_hash)
    person = session.scalar(query.with_for_update(of=Person) if locked else query)
    if person is None:
        raise NotAllowed("provider_account_unknown")
    if person.disabled_at is not None:
        raise NotAllowed("account_closed", person_id=person.id)
    return person


def link_own(session: Session, *, subject_hash: str, actor: Actor, now: datetime) -> None:
    """Let whoever has signed in do so at the provider from now on, on record; Conflict when it means somebody else."""
    person = session.get_one(Person, actor.id)
    lock_people(session, [person.id])
    if _set(session, person.id, subject_hash, now=now):
        record_access(session, [person], {"provider_account": "linked"}, actor=actor, now=now)


def unlink_own(session: Session, *, token_id: str | None, actor: Actor, now: datetime) -> None:
    """Sign in here alone again, on record; other sign-ins end. InvalidInput for whoever has no password here."""
    person = session.get_one(Person, actor.id)
    lock_people(session, [person.id])
    if _remove(session, person.id):
        if person.password_hash is None:
            raise InvalidInput({"provider_account": "no_password_here"})
        end_tokens(session, person.id, now=now, but=token_id)
        record_access(session, [person], {"provider_account": "removed"}, actor=actor, now=now)


def link(
    session: Session,
    person_id: str,
    *,
    provider: OidcRules | None,
    subject: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Say, as an administrator, whom the provider means, on record; all sign-ins of the person end when that is new.

    Conflict `no_provider` when the office has none.
    """
    person = _chosen(session, person_id, actor)
    if provider is None:
        raise Conflict("no_provider")
    subject_hash = hash_of_subject(provider.issuer, subject)
    if _set(session, person_id, subject_hash, now=now):
        _record(session, person, "linked", actor=actor, now=now, reason=reason)


def unlink(session: Session, person_id: str, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    """Let somebody sign in at the provider no more, as an administrator, on record; all sign-ins of the person end."""
    person = _chosen(session, person_id, actor)
    if _remove(session, person_id):
        _record(session, person, "removed", actor=actor, now=now, reason=reason)


def _chosen(session: Session, person_id: str, actor: Actor) -> Person:
    require_security_administrator(actor)
    person = existing(session.get(Person, person_id))
    lock_people(session, [person_id])
    return person


def _record(session: Session, person: Person, what: str, *, actor: Actor, now: datetime, reason: str | None) -> None:
    end_tokens(session, person.id, now=now)
    post = as_security_administrator(actor)
    record_access(session, [person], {"provider_account": what}, actor=post, now=now, reason=reason)


def _set(session: Session, person_id: str, subject_hash: str, *, now: datetime) -> bool:
    """Whether anything is new; Conflict `provider_account_taken` when the provider means somebody else by that."""
    there = session.scalar(select(ProviderAccount).where(ProviderAccount.subject_hash == subject_hash))
    if there is not None and there.person_id != person_id:
        raise Conflict("provider_account_taken")
    if there is not None:
        return False
    _remove(session, person_id)
    session.add(ProviderAccount(person_id=person_id, subject_hash=subject_hash, linked_at=now))
    session.flush()
    return True


def _remove(session: Session, person_id: str) -> bool:
    found = session.get(ProviderAccount, person_id)
    if found is not None:
        session.delete(found)
        session.flush()
    return found is not None
