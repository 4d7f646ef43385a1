"""Whom a notice only named, once he or she has an account: one person, by itself or joined on record.

A notice brings people before their accounts: they stand in teams and division of labour, with no user name. An account
of the same name in the same organization is that person, unless it is doubtful who is meant.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person, Post
from service.people.accounts import normal_username
from service.people.callers import require_security_administrator
from service.people.person_fields import conflict_of, faults
from service.people.person_record import record_change_of, values_of
from service.people.posts import locked_person, roles_of
from service.store.repointing import repoint
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.signs import plain_name
from workflows.vocabulary import TEAM_ROLES, Role

_APPEND_ONLY = ("events", "journal", "security_log")  # who has no account has done nothing that stands there


def named_only(session: Session, name: str, organization_ids: Collection[str]) -> list[Person]:
    """The people of that name in these organizations whom only a notice has named, by age."""
    return [person for person in people_named(session, name) if person.organization_id in organization_ids]


def people_named(session: Session, name: str) -> list[Person]:
    """Whom only a notice names, by name or id, in whatever organization."""
    query = select(Person).where(Person.username.is_(None), Person.disabled_at.is_(None))
    people = session.scalars(query.order_by(Person.created_at, Person.id)).unique()
    return [person for person in people if name == person.id or plain_name(person.name) == plain_name(name)]


def adoptable(session: Session, name: str, posts: Collection[tuple[Role, str]]) -> Person | None:
    """The one whom an account of that name with these posts stands for; None where nobody is, or it is doubtful."""
    there = named_only(session, name, {organization_id for _, organization_id in posts})
    fitting = [person for person in there if any(_fits(person.role, role) for role, _ in posts)]
    return fitting[0] if len(fitting) == 1 else None


def to_be_joined(session: Session, person: Person) -> Sequence[Person]:
    """Those whom only a notice names, and who may be this person: an administrator must say so (`join_people`)."""
    organization_ids = {person.organization_id, *(post.organization_id for post in person.posts)}
    return [one for one in named_only(session, person.name, organization_ids) if one.id != person.id]


def adopt(
    session: Session,
    person: Person,
    fields: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Person:
    """Make the account of somebody whom a notice named: teams and districts are there already."""
    person = locked_person(session, person.id)
    before = values_of(person)
    with session.no_autoflush:
        for field, value in fields.items():
            setattr(person, field, value)
        person.username = normal_username(fields["username"])
        wrong = faults(person, session.get(Organization, person.organization_id))
        if not wrong and session.scalar(select(Person.id).where(Person.username == person.username)):
            wrong = {"username": "username_taken"}
        if wrong:
            session.expire(person)
            raise InvalidInput(wrong)
    record_change_of(session, person, JournalAct.MERGE, before, actor=actor, now=now, reason=reason)
    session.expire(person, ["organization"])
    return person


def join_people(
    session: Session, named_id: str, person_id: str, *, actor: Actor, now: datetime, reason: str | None = None
) -> Person:
    """Join somebody whom only a notice names to an account: teams, districts and alerts follow, and the post.

    The row of the one named goes; what it was stays on record. InvalidInput when it has an account itself, or the
    account's post stands alone.
    """
    require_security_administrator(actor)
    person = locked_person(session, person_id)
    if session.get(Person, named_id) is None:
        raise InvalidInput({"named_id": "unknown_reference"})
    named = locked_person(session, named_id)
    if named_id == person_id or named.username is not None:
        raise InvalidInput({"named_id": "has_an_account"})
    before = values_of(person)
    gained = named.role not in roles_of(person) and not _fits_any(named.role, roles_of(person))
    if gained and (conflict := conflict_of([*roles_of(person), named.role])):
        raise InvalidInput({"named_id": conflict})
    if gained:
        person.posts.append(Post(person_id=person.id, role=named.role, organization_id=named.organization_id))
    session.flush()
    repoint(session, "people", named.id, person.id, leave=_APPEND_ONLY)
    data = {"joined_id": named.id, "role": str(named.role), "organization_id": named.organization_id}
    session.execute(delete(Person).where(Person.id == named.id).execution_options(synchronize_session=False))
    session.expunge(named)
    record_change_of(
        session, person, JournalAct.MERGE, before, actor=actor, now=now, reason=reason, data=data, always=True
    )
    session.expire_all()
    return person


def _fits(named: Role, role: Role) -> bool:
    return named is role or (named in TEAM_ROLES and role in TEAM_ROLES)


def _fits_any(named: Role, roles: Collection[Role]) -> bool:
    return any(_fits(named, role) for role in roles)
