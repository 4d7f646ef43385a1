"""A new installation: the shipped rules, the centre and its first administrator."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.models import Organization, Person
from service.people.accounts import ASVS5
from service.people.new_people import create_person
from service.people.organizations import add_organization
from service.rounds.rulebooks import keep_shipped
from service.settings import PasswordRules
from workflows.vocabulary import OrganizationKind, Role


def install(  # noqa: PLR0913 - the centre, the person, the rules and when
    session: Session,
    *,
    centre: str,
    username: str,
    name: str,
    password: str,
    now: datetime,
    email: str | None = None,
    password_given: bool = True,
    rules: PasswordRules = ASVS5,
) -> Person:
    """Keep the shipped policy and calendar, and add the centre and its first administrator.

    `password_given`: it was made, so that the administrator must change it. An installation has one centre, under the
    name that it was first given. Raises `Conflict` when there is an administrator already, `InvalidInput` for fields
    that cannot be accepted.
    """
    if is_installed(session):
        raise Conflict("already_installed")
    keep_shipped(session, now=now)
    organization = session.scalar(select(Organization).where(Organization.kind == OrganizationKind.CENTRE))
    organization = organization or add_organization(session, OrganizationKind.CENTRE, centre)
    person = create_person(
        session,
        username=username,
        name=name,
        role=Role.ADMIN,
        organization_id=organization.id,
        password=password,
        rules=rules,
        email=email,
        now=now,
    )
    person.password_given = password_given
    return person


def is_installed(session: Session) -> bool:
    """Whether there is an administrator who can sign in."""
    able = select(Person.id).where(
        Person.role == Role.ADMIN, Person.disabled_at.is_(None), Person.username.is_not(None)
    )
    return session.scalar(able.limit(1)) is not None


def is_unused(session: Session) -> bool:
    """Whether there is no person in the books yet."""
    return session.scalar(select(Person.id).limit(1)) is None
