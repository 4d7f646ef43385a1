"""People as administrators see them: the list, one of them, and what has changed of him or her."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.errors import NotAllowed, existing
from service.models import JournalEntry, Organization, Person, PersonalChange, Post, SecurityEntry, Token
from service.people.callers import require_administrator, require_security_administrator
from service.records.changes import CHANGED
from service.rounds.vacancies import holds
from service.store.paging import DEFAULT_LIMIT, Page, ordered_by, page
from workflows.findings.facts import Actor
from workflows.journal import SubjectKind
from workflows.security import SecurityOutcome
from workflows.signs import searchable
from workflows.vocabulary import Role

LONGEST_UNUSED = 180  # days: as far as the security log is sure to go back
_PEOPLE = ordered_by(Person.name)
_CHANGES = ordered_by(JournalEntry.position, descending=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFilter:
    """Which people are meant; None does not filter."""

    q: str | None = None  # within name, user name, address or telephone
    role: Role | None = None  # in any post
    organization_id: str | None = None  # of any post
    disabled: bool | None = None
    unused_since: datetime | None = None  # open accounts that nobody has used from then on


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a change: what it was before, and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """An entry of the journal about a person or an organization, with what it changed, names and addresses too."""

    entry: JournalEntry
    changes: Sequence[Change]


def people(
    session: Session, wanted: PersonFilter, *, actor: Actor, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Person]:
    """People by name, with all posts; those whom only a notice names have no user name."""
    _require_reader(actor)
    query = select(Person).options(selectinload(Person.posts))
    if wanted.q:
        query = query.where(_contains(wanted.q))
    if wanted.role:
        query = query.where(holds((wanted.role,)))
    if wanted.organization_id:
        there = select(Post.person_id).where(Post.organization_id == wanted.organization_id)
        query = query.where(or_(Person.organization_id == wanted.organization_id, Person.id.in_(there)))
    if wanted.disabled is not None:
        query = query.where(Person.disabled_at.is_not(None) if wanted.disabled else Person.disabled_at.is_(None))
    if wanted.unused_since is not None:
        query = query.where(*_unused_since(wanted.unused_since))
    return page(session, query, _PEOPLE, cursor=cursor, limit=limit)


def person(session: Session, person_id: str, *, actor: Actor) -> Person:
    """One person, by id; raises `NotFound`."""
    _require_reader(actor)
    return existing(session.get(Person, person_id))


def changes_of(
    session: Session,
    kind: SubjectKind,
    subject_id: str,
    *,
    actor: Actor,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[ChangeEntry]:
    """What has changed of a person or an organization, the newest first; raises `NotFound`."""
    required = require_security_administrator if kind is SubjectKind.PERSON else require_administrator
    required(actor)
    existing(session.get(Person if kind is SubjectKind.PERSON else Organization, subject_id))
    query = select(JournalEntry).where(JournalEntry.subject_kind == kind, JournalEntry.subject_id == subject_id)
    found = page(session, query.options(joinedload(JournalEntry.actor)), _CHANGES, cursor=cursor, limit=limit)
    personal = _personal(session, [entry.id for entry in found.items])
    return Page([ChangeEntry(entry, _changes(entry, personal[entry.id])) for entry in found.items], found.next_cursor)


def _require_reader(actor: Actor) -> None:
    """Whoever gives people teams and districts has to know who there is."""
    if not actor.holds(Role.ADMIN, Role.SECURITY_ADMIN):
        raise NotAllowed("not_yours")


def _unused_since(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """That an account is open and older than that, and nobody came with it: no token was used, no act is logged.

    What others try in vain at its name is no use. Ended tokens are forgotten after a month, sign-ins stay in the log.
    """
    used = exists().where(Token.person_id == Person.id, Token.last_used_at >= since)
    done = (SecurityEntry.person_id == Person.id, SecurityEntry.outcome == SecurityOutcome.SUCCESS)
    logged = exists().where(*done, SecurityEntry.at >= since)
    return (Person.username.is_not(None), Person.disabled_at.is_(None), Person.created_at < since, ~used, ~logged)


def _personal(session: Session, entry_ids: Sequence[str]) -> Mapping[str, list[Change]]:
    apart: dict[str, list[Change]] = defaultdict(list)
    query = select(PersonalChange).where(PersonalChange.entry_id.in_(entry_ids)).order_by(PersonalChange.field)
    for one in session.scalars(query):
        apart[one.entry_id].append(Change(one.field, one.before, one.after))
    return apart


def _changes(entry: JournalEntry, personal: Sequence[Change]) -> list[Change]:
    plain = entry.data.get(CHANGED, {})
    return [*personal, *(Change(field, of["from"], of["to"]) for field, of in plain.items())]


def _contains(words: str) -> Any:
    escaped = searchable(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    columns = (Person.name, Person.username, Person.email, Person.telephone)
    return or_(*(column.ilike(f"%{escaped}%", escape="\\") for column in columns))
