"""人员名册: a table of people imported, and imported again: whom it does not know is added, what has changed changes.

All of it or nothing. A table adds and changes, and never takes away: an empty cell leaves an address as it is, a person
who is not listed stays, a closed account stays closed. Several lines with one user name are several posts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import DubanError, InvalidInput
from service.models import Person
from service.people.adoption import adoptable, to_be_joined
from service.people.callers import require_security_administrator
from service.people.changes import change_person, move_person
from service.people.lines import DETAILS, LineOutcome, ListedPerson, Outcome, PeopleImport, listed_people
from service.people.new_people import add_person
from service.people.people_table import PersonLine
from service.people.posts import add_post, posts_of
from workflows.findings.facts import Actor
from workflows.signs import plain_name


class _OnRecord(TypedDict):
    """Whoever imports, when and why."""

    actor: Actor
    now: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Import:
    """What goes on record of each change, and whom the books know already."""

    session: Session
    on_record: _OnRecord
    accounts: dict[str, Person]
    doubtful: set[str]  # plain names that two new people of the table share


def import_people(
    session: Session,
    lines: Sequence[PersonLine],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    dry_run: bool = False,
) -> PeopleImport:
    """Add and change the people of a table, or none of them; InvalidInput maps «line.column» to what is wrong there."""
    require_security_administrator(actor)
    listed = listed_people(session, lines)
    usernames = [one.username for one in listed]
    known = session.scalars(select(Person).where(Person.username.in_(usernames))).unique()
    accounts = {person.username or "": person for person in known}
    names = Counter(plain_name(one.details["name"]) for one in listed if one.username not in accounts)
    on_record = _OnRecord(actor=actor, now=now, reason=reason)
    work = _Import(session, on_record, accounts, {name for name, number in names.items() if number > 1})
    outcomes: list[LineOutcome] = []
    wrong: dict[str, str] = {}
    with session.begin_nested() as attempt:
        for one in listed:
            try:
                outcomes.append(_imported(work, one))
            except DubanError as error:
                codes = error.fields if isinstance(error, InvalidInput) else {"role": error.code}
                wrong |= {f"{one.number}.{_COLUMNS.get(field, field)}": code for field, code in codes.items()}
        if dry_run or wrong:
            attempt.rollback()
    if wrong:
        raise InvalidInput(wrong)
    return PeopleImport(dry_run, outcomes)


_COLUMNS = {"organization_id": "organization"}


def _imported(work: _Import, one: ListedPerson) -> LineOutcome:
    person = work.accounts.get(one.username)
    if person is None:
        return _added(work, one)
    if person.disabled_at is not None:
        return LineOutcome(one.number, one.username, person.name, Outcome.CLOSED)
    changed = _changed_details(work, person, one) + _changed_posts(work, person, one)
    outcome = Outcome.CHANGED if changed else Outcome.UNCHANGED
    return _outcome(work, one, person, outcome, changed)


def _added(work: _Import, one: ListedPerson) -> LineOutcome:
    name = one.details["name"]
    there = None if plain_name(name) in work.doubtful else adoptable(work.session, name, one.posts)
    (role, organization_id), *further = one.posts
    person = add_person(
        work.session,
        username=one.username,
        role=role,
        organization_id=organization_id,
        named=there,
        **work.on_record,
        **one.details,
    )
    for role, organization_id in further:
        add_post(work.session, person.id, role=role, organization_id=organization_id, **work.on_record)
    return _outcome(work, one, person, Outcome.ADOPTED if there else Outcome.ADDED, [])


def _changed_details(work: _Import, person: Person, one: ListedPerson) -> list[str]:
    changes = {column: value for column, value in one.details.items() if getattr(person, column) != value}
    if changes:
        change_person(work.session, person.id, changes, **work.on_record)
    return [column for column in DETAILS if column in changes]


def _changed_posts(work: _Import, person: Person, one: ListedPerson) -> list[str]:
    """Move the main post when no line names it, and add what is not there; no post is taken away."""
    held = posts_of(person)
    new = [post for post in one.posts if post not in held]
    if held[0] not in one.posts and new:
        role, organization_id = new.pop(0)
        move_person(work.session, person.id, role=role, organization_id=organization_id, **work.on_record)
    for role, organization_id in new:
        add_post(work.session, person.id, role=role, organization_id=organization_id, **work.on_record)
    return ["role"] if [post for post in one.posts if post not in held] else []


def _outcome(work: _Import, one: ListedPerson, person: Person, outcome: Outcome, changed: Sequence[str]) -> LineOutcome:
    joins = [named.id for named in to_be_joined(work.session, person)]
    return LineOutcome(one.number, one.username, one.details["name"], outcome, changed, joins)
