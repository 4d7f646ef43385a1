"""首次登录: a one-time code for everybody in a list, which lets each choose a password.

A code is sixteen signs of an alphabet of 32 that nobody takes for one another on paper (no 0 O 1 I), in four groups:
80 random bits. That is short enough to type from a slip, and too much to guess, even from its hash: so SHA-256 will do.
"""

import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.models import Invitation, Person
from service.people.accounts import ASVS5, set_password
from service.people.callers import as_security_administrator, lock_people, require_security_administrator
from service.people.person_record import record_access
from service.people.tokens import end_invitations, secret_hash
from service.settings import PasswordRules
from workflows.findings.facts import Actor
from workflows.signs import without_unseen

VALID_FOR = timedelta(days=14)
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 4, 4
MOST = 2000  # people at a time


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody's new code, which is shown this once, and what a slip says of him or her."""

    person_id: str
    username: str
    name: str
    organization: str
    language: str
    email: str | None
    code: str  # as it is printed: ABCD-EFGH-JKLM-NPQR
    expires_at: datetime

    def link(self, base_url: str) -> str:
        """Where the code leads; it stands behind the #, so that no server's log holds it."""
        return f"{base_url.rstrip('/')}/invitation#{self.code}"


def invite(
    session: Session, people: Iterable[Person], *, actor: Actor, now: datetime, reason: str | None = None
) -> list[Invited]:
    """A new code for each, in their order; a code from before ends.

    InvalidInput names by user name, or else by name, those who have no account to sign in to.
    """
    require_security_administrator(actor)
    people = list(dict.fromkeys(people))
    if len(people) > MOST:
        raise InvalidInput({"person_ids": "too_many"}, most=MOST)
    wrong = {person.username or person.name: "no_account" for person in people if not _has_account(person)}
    if wrong:
        raise InvalidInput(wrong)
    ids = [person.id for person in people]
    session.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update(of=Person))
    end_invitations(session, ids, now=now)
    invited = [_invited(person, now + VALID_FOR) for person in people]
    session.add_all(
        Invitation(person_id=one.person_id, hash=_hash(one.code), created_at=now, expires_at=one.expires_at)
        for one in invited
    )
    until = {"invited_until": (now + VALID_FOR).isoformat()}
    record_access(session, people, until, actor=as_security_administrator(actor), now=now, reason=reason)
    return invited


def without_password(session: Session) -> Sequence[Person]:
    """Everybody with an open account who has chosen no password yet, by organization and name."""
    waiting = (Person.username.is_not(None), Person.password_hash.is_(None), Person.disabled_at.is_(None))
    people = session.scalars(select(Person).where(*waiting)).unique().all()
    return sorted(people, key=lambda person: (person.organization.name, person.name, person.username))


def chosen_people(session: Session, person_ids: Sequence[str], *, everybody: bool) -> list[Person]:
    """The people of these ids, and `everybody` without a password; InvalidInput for an unknown id, or for nobody."""
    named = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(person_ids))).unique()}
    if len(named) < len(set(person_ids)):
        raise InvalidInput({"person_ids": "unknown_reference"})
    people = [named[id_] for id_ in person_ids] + [*(without_password(session) if everybody else ())]
    if not people:
        raise InvalidInput({"person_ids": "required"})
    return people


def invited_person_id(session: Session, code: str, *, now: datetime) -> str:
    """Whose code it is; NotAllowed `invitation_over` for one that opens nothing: there is nothing to hash then."""
    invitation = session.scalars(_open(code, now)).first()
    if invitation is None or not _has_account(invitation.person):
        raise NotAllowed("invitation_over")
    return invitation.person_id


def accept(
    session: Session,
    code: str,
    password: str,
    *,
    now: datetime,
    rules: PasswordRules = ASVS5,
    hashed: str | None = None,
) -> Person:
    """Let whoever has the code choose the password, once; whoever had signed in before is signed out.

    `hashed` is the password's hash, made before the transaction began. NotAllowed `invitation_over` for a code that is
    unknown, used, replaced or too old; InvalidInput for the password.
    """
    # the person first, as those do who close an account or invite anew, and then end the invitation
    lock_people(session, session.scalars(_open(code, now).with_only_columns(Invitation.person_id)).all())
    invitation = session.scalars(_open(code, now).with_for_update(of=Invitation)).first()
    if invitation is None or not _has_account(invitation.person):
        raise NotAllowed("invitation_over")
    person = invitation.person
    set_password(session, person, password, now=now, rules=rules, hashed=hashed)
    chosen = {"password": "chosen_by_invitation"}
    record_access(session, [person], chosen, actor=Actor(person.role, person.id), now=now)
    return person


def normal_code(typed: str) -> str:
    """A code however it was typed: full-width, in small letters, with or without its dashes."""
    plain = unicodedata.normalize("NFKC", without_unseen(typed)).upper()
    return "".join(sign for sign in plain if sign.isalnum())


def _has_account(person: Person) -> bool:
    return person.username is not None and person.disabled_at is None


def _invited(person: Person, expires_at: datetime) -> Invited:
    who = (person.id, person.username or "", person.name, person.organization.name, person.language, person.email)
    return Invited(*who, new_code(), expires_at)


def _open(code: str, now: datetime) -> Select[Invitation]:
    valid = (Invitation.ended_at.is_(None), Invitation.expires_at > now)
    return select(Invitation).where(Invitation.hash == _hash(code), *valid)


def _hash(code: str) -> str:
    return secret_hash(normal_code(code))


def new_code(groups: int = GROUPS) -> str:
    """A code as it is printed: ABCD-EFGH-JKLM-NPQR, of 20 bits a group."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(groups))
