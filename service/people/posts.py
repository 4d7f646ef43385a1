"""职务: the posts of a person, which may be several, and what hangs on them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound, existing
from service.models import Assignment, Organization, Person, Post, Round, Team, TeamMember
from service.people.callers import require_security_administrator
from service.people.person_fields import conflict_of, post_faults
from service.people.tokens import revoke_access
from service.records.changes import record_change
from service.records.journal import NewEntry
from service.rounds.vacancies import holds
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import TEAM_ROLES, Role


def posts_of(person: Person) -> list[tuple[Role, str]]:
    """Role and organization's id of each post of a person, the main one first."""
    return [(person.role, person.organization_id), *((post.role, post.organization_id) for post in person.posts)]


def roles_of(person: Person) -> list[Role]:
    """The roles of all posts of a person, the main one first."""
    return [role for role, _ in posts_of(person)]


def locked_person(session: Session, person_id: str) -> Person:
    """The person, locked against other changes; raises `NotFound`."""
    query = select(Person).where(Person.id == person_id).with_for_update(of=Person)
    person = existing(session.scalars(query.execution_options(populate_existing=True)).first())
    session.expire(person, ["posts"])
    return person


def add_post(
    session: Session,
    person_id: str,
    *,
    role: Role,
    organization_id: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Person:
    """Give the person a further post (兼任); one that is there already stays.

    InvalidInput where a unit's post would stand beside another: nobody oversees what he or she answers for.
    """
    require_security_administrator(actor)
    person = locked_person(session, person_id)
    if (role, organization_id) in posts_of(person):
        return person
    wrong = post_faults(role, session.get(Organization, organization_id))
    if not wrong and (conflict := conflict_of([*roles_of(person), role])):
        wrong = {"role": conflict}
    if wrong:
        raise InvalidInput(wrong)
    person.posts.append(Post(person_id=person.id, role=role, organization_id=organization_id))
    session.flush()
    _record(session, person, {}, _plain(role, organization_id), actor=actor, now=now, reason=reason)
    return person


def remove_post(
    session: Session,
    person_id: str,
    *,
    role: Role,
    organization_id: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Person:
    """Take a further post away, and with it all access, teams and districts; the main one is moved, not taken away.

    Raises NotFound for a post that the person does not have, Conflict `last_administrator`.
    """
    require_security_administrator(actor)
    person = locked_person(session, person_id)
    if (person.role, person.organization_id) == (role, organization_id):
        raise InvalidInput({"role": "main_post"})
    kept = [post for post in person.posts if (post.role, post.organization_id) != (role, organization_id)]
    if len(kept) == len(person.posts):
        raise NotFound("not_found")
    keep_an_administrator(
        session, person, roles=[person.role, *(post.role for post in kept)], kept_apart=actor.kept_apart
    )
    person.posts[:] = kept
    session.flush()
    revoke_access(session, person, now=now)
    before, data = _plain(role, organization_id), vacated(session, person)
    _record(session, person, before, {}, actor=actor, now=now, reason=reason, data=data)
    return person


def keep_an_administrator(session: Session, person: Person, *, roles: Collection[Role], kept_apart: bool) -> None:
    """Raise Conflict when nobody who can administer would be left, once the person has only these roles."""
    for part in (Role.ADMIN, Role.SECURITY_ADMIN) if kept_apart else (Role.ADMIN,):
        if part not in roles and part in roles_of(person) and person.disabled_at is None:
            _keep_another(session, person, part)


def _keep_another(session: Session, person: Person, part: Role) -> None:
    able = (Person.username.is_not(None), Person.password_hash.is_not(None), Person.disabled_at.is_(None))
    # locked, lest two administrators take each other's post at the same moment
    query = select(Person.id).where(holds((part,)), *able).order_by(Person.id).with_for_update(of=Person)
    if not [id_ for id_ in session.scalars(query) if id_ != person.id]:
        raise Conflict("last_administrator")


def vacated(session: Session, person: Person) -> dict[str, Any]:
    """Take the person out of the teams and districts of open rounds that no post of his or hers allows; which."""
    roles, open_rounds = roles_of(person), select(Round.id).where(Round.closed_at.is_(None))
    found: dict[str, Any] = {}
    if not any(role in TEAM_ROLES for role in roles):
        mine = (
            TeamMember.person_id == person.id,
            TeamMember.team_id.in_(select(Team.id).where(Team.round_id.in_(open_rounds))),
        )
        found["left_teams"] = sorted(session.scalars(select(TeamMember.team_id).where(*mine)))
        session.execute(delete(TeamMember).where(*mine).execution_options(synchronize_session=False))
    if Role.LEADER not in roles:
        led = (Assignment.leader_id == person.id, Assignment.round_id.in_(open_rounds))
        found["left_districts"] = sorted(session.scalars(select(Assignment.district_id).where(*led)))
        session.execute(
            update(Assignment).where(*led).values(leader_id=None).execution_options(synchronize_session=False)
        )
    return {name: ids for name, ids in found.items() if ids}


def _record(
    session: Session,
    person: Person,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None,
    data: dict[str, Any] | None = None,
) -> None:
    entry = NewEntry(
        subject_kind=SubjectKind.PERSON,
        subject_id=person.id,
        act=JournalAct.ADD if after else JournalAct.CHANGE,
        actor=actor,
        reason=reason,
        data=data or {},
    )
    record_change(session, entry, before, after, now=now)


def _plain(role: Role, organization_id: str) -> dict[str, Any]:
    return {"post": {"role": str(role), "organization_id": organization_id}}
