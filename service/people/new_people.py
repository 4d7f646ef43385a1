"""New people: one by one, as an administrator adds them."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person
from service.people.accounts import ASVS5, normal_username
from service.people.addresses import mended_address, mended_telephone
from service.people.adoption import adopt, adoptable
from service.people.callers import require_security_administrator
from service.people.passwords import check_password, hash_password
from service.people.person_fields import faults, mended_name
from service.people.person_record import record_change_of
from service.settings import PasswordRules
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.vocabulary import Role


def create_person(  # noqa: PLR0913 - the columns of a person, each by its name
    session: Session,
    *,
    username: str | None,
    name: str,
    role: Role,
    organization_id: str,
    now: datetime,
    email: str | None = None,
    telephone: str | None = None,
    language: str = "zh",
    password: str | None = None,
    rules: PasswordRules = ASVS5,
) -> Person:
    """Add a person; without a user name the person cannot sign in, without a password only by token.

    User names do not tell capitals from small letters. InvalidInput names the fields that cannot be accepted.
    """
    organization = session.get(Organization, organization_id)
    person = Person(
        username=normal_username(username) if username is not None else None,
        name=name.strip(),
        role=role,
        organization_id=organization_id,
        email=email,
        telephone=telephone,
        language=language,
        created_at=now,
    )
    if fields := faults(person, organization):
        raise InvalidInput(fields)
    if password is not None:
        check_password(password, [person.username or "", person.name, organization.name if organization else ""], rules)
        person.password_hash, person.password_set_at = hash_password(password), now
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:  # everything else about the row was checked above
        raise InvalidInput({"username": "username_taken"}) from error
    return person


def add_person(  # noqa: PLR0913 - the columns of a person, each by its name
    session: Session,
    *,
    username: str,
    name: str,
    role: Role,
    organization_id: str,
    actor: Actor,
    now: datetime,
    email: str | None = None,
    telephone: str | None = None,
    language: str = "zh",
    named: Person | None = None,
    reason: str | None = None,
) -> Person:
    """Add a person on record, as an administrator; `named` is the one whom a notice named, if there is one."""
    require_security_administrator(actor)
    fields: dict[str, Any] = {
        "username": username,
        "name": mended_name(name),
        "role": role,
        "organization_id": organization_id,
        "email": mended_address(email) if email else None,
        "telephone": mended_telephone(telephone) if telephone else None,
        "language": language,
    }
    if named is not None:
        return adopt(session, named, fields, actor=actor, now=now, reason=reason)
    person = create_person(session, **fields, now=now)
    record_change_of(session, person, JournalAct.ADD, {}, actor=actor, now=now, reason=reason)
    return person


def add_account(session: Session, *, name: str, role: Role, organization_id: str, **particulars: Any) -> Person:
    """Add a person on record; whom a notice named becomes that person, where it is not doubtful who that is."""
    named = adoptable(session, name, [(role, organization_id)])
    return add_person(session, name=name, role=role, organization_id=organization_id, named=named, **particulars)
