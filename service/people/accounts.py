"""Accounts: sign-in by user name and password, and closing an account."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.models import FormerPassword, Person
from service.people.callers import as_security_administrator, require_security_administrator
from service.people.passwords import check_password, hash_password, is_outdated, matches
from service.people.person_record import record_access
from service.people.tokens import revoke_access
from service.settings import PasswordRules
from workflows.findings.facts import Actor

ASVS5 = PasswordRules()
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """What a password is held against, read before: hashing takes long, and nothing is held meanwhile."""

    person_id: str | None  # none: there is nobody of that name
    password_hash: str | None
    former: tuple[str, ...] = ()  # hashes of earlier passwords that are not taken again


def set_password(
    session: Session,
    person: Person,
    password: str,
    *,
    now: datetime,
    rules: PasswordRules = ASVS5,
    given: bool = False,
    but: str | None = None,
    hashed: str | None = None,
) -> None:
    """Set a new password and revoke the person's tokens, but for one, calendar addresses and invitations.

    `given`: its owner must change it. `hashed` is its hash, made before the transaction began. InvalidInput if weak.
    """
    check_password(password, [person.username or "", person.name, person.organization.name], rules)
    _keep_former(session, person, rules, now=now)
    person.password_hash = hashed or hash_password(password)
    person.password_given, person.password_set_at = given, now
    revoke_access(session, person, now=now, but=but)


def give_password(
    session: Session,
    person: Person,
    password: str,
    *,
    rules: PasswordRules,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    hashed: str | None = None,
) -> None:
    """Set somebody's password as an administrator, on record; its owner must change it at the first sign-in."""
    require_security_administrator(actor)
    set_password(session, person, password, now=now, rules=rules, given=True, hashed=hashed)
    record_access(
        session,
        [person],
        {"password": "given"},
        actor=as_security_administrator(actor),
        now=now,
        reason=reason,
    )


def change_own_password(
    session: Session,
    *,
    actor: Actor,
    proven: Account,
    new_password: str,
    rules: PasswordRules,
    hashed: str,
    token: str,
    now: datetime,
) -> None:
    """Change one's own password; all other tokens of the person end, and the one that asks goes on.

    `proven` is what `prove` has found right, `hashed` the new password's hash. NotAllowed `wrong_password` when the
    password has been changed since, InvalidInput for a weak new one.
    """
    person = session.scalars(select(Person).where(Person.id == actor.id).with_for_update(of=Person)).one()
    if (person.id, person.password_hash) != (proven.person_id, proven.password_hash):
        raise NotAllowed("wrong_password")
    try:
        set_password(session, person, new_password, now=now, rules=rules, but=token, hashed=hashed)
    except InvalidInput as error:
        raise InvalidInput({"new_password": error.fields["password"]}, **error.particulars) from error
    record_access(session, [person], {"password": "changed"}, actor=actor, now=now)


def disable_person(session: Session, person: Person, *, now: datetime) -> None:
    """Close the account: no sign-in, token, calendar or alert from now on; what the person did stays."""
    person.disabled_at = person.disabled_at or now
    revoke_access(session, person, now=now)


def sign_in(session: Session, *, username: str, password: str, now: datetime) -> Person:  # noqa: ARG001 - use cases take now
    """The person whose user name and password these are; NotAllowed `bad_credentials` for every reason alike."""
    account = account_named(session, username)
    prove(account, password, wrong="bad_credentials")
    return let_in(session, account, renewed_hash(account, password))


def account_named(session: Session, username: str) -> Account:
    """What a sign-in under that name is held against."""
    person = person_named(session, username)
    return Account(person.id, person.password_hash) if person else Account(None, None)


def account_of(session: Session, person_id: str, rules: PasswordRules) -> Account:
    """What a person's password is held against, and the earlier ones that the rules do not let be taken again."""
    former = select(FormerPassword.hash).where(FormerPassword.person_id == person_id)
    newest = former.order_by(FormerPassword.ended_at.desc()).limit(rules.former)
    password_hash = session.get_one(Person, person_id).password_hash
    return Account(person_id, password_hash, tuple(session.scalars(newest)))


def require_unused(account: Account, password: str, *, field: str) -> None:
    """Raise InvalidInput when the account has this password, or had it of late; hashes, and needs no session."""
    if any(hash_ is not None and matches(hash_, password) for hash_ in (account.password_hash, *account.former)):
        raise InvalidInput({field: "password_used_before"})


def prove(account: Account, password: str, *, wrong: str) -> None:
    """Raise NotAllowed `wrong` unless it is the account's password; hashes, and needs no session.

    An unknown name costs the same hashing as a known one, so that time does not tell which names exist.
    """
    if not matches(account.password_hash, password):
        raise NotAllowed(wrong)


def renewed_hash(account: Account, password: str) -> str | None:
    """The hash that is to take the place of one that was made with other parameters than today's; hashes."""
    outdated = account.password_hash is not None and is_outdated(account.password_hash)
    return hash_password(password) if outdated else None


def let_in(session: Session, account: Account, renewed: str | None) -> Person:
    """The person of an account whose password was right; NotAllowed when it has been closed or changed since."""
    person = session.get(Person, account.person_id, with_for_update={"of": Person}) if account.person_id else None
    if person is None or person.disabled_at is not None or person.password_hash != account.password_hash:
        raise NotAllowed("bad_credentials")
    person.password_hash = renewed or person.password_hash
    return person


def _keep_former(session: Session, person: Person, rules: PasswordRules, *, now: datetime) -> None:
    """Keep the hash of the password that ends, as long as the rules want it, and take away those that they do not."""
    if rules.former and person.password_hash is not None:
        session.add(FormerPassword(person_id=person.id, hash=person.password_hash, ended_at=now))
        session.flush()
    theirs = select(FormerPassword.id).where(FormerPassword.person_id == person.id)
    older = session.scalars(theirs.order_by(FormerPassword.ended_at.desc()).offset(rules.former)).all()
    session.execute(delete(FormerPassword).where(FormerPassword.id.in_(older)))


def person_named(session: Session, username: str) -> Person | None:
    """The person of that user name, unless there is none or the account is disabled."""
    return session.scalar(
        select(Person).where(Person.username == normal_username(username), Person.disabled_at.is_(None))
    )


def account_called(session: Session, name: str) -> Person | None:
    """The person of that user name or id, whether the account is open or closed, or there is none yet."""
    person = session.scalar(select(Person).where(Person.username == normal_username(name)))
    return person or (session.get(Person, name.lower()) if _ID.fullmatch(name) else None)


def normal_username(username: str) -> str:
    """The spelling under which a user name is stored and looked up: NFKC, without capitals."""
    return unicodedata.normalize("NFKC", username).strip().casefold()
