"""The security log read: filtered, the newest first, page by page, or all of it in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from service.errors import InvalidInput
from service.models import SecurityEntry
from service.store.paging import DEFAULT_LIMIT, Page
from workflows.security import SecurityKind, SecurityOutcome

FETCH = 500  # entries in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityFilter:
    """Which entries are meant; None does not filter."""

    person_id: str | None = None  # who did it, or whom it is about
    kind: SecurityKind | None = None
    outcome: SecurityOutcome | None = None
    since: datetime | None = None
    until: datetime | None = None  # not itself


ALL = SecurityFilter()


def security_entries(
    session: Session, wanted: SecurityFilter = ALL, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[SecurityEntry]:
    """Entries, the newest first; the cursor is the position of the last one seen, InvalidInput for none."""
    query = _wanted(wanted).order_by(SecurityEntry.position.desc()).limit(limit + 1)
    if cursor is not None:
        if not (cursor.isascii() and cursor.isdigit()):
            raise InvalidInput({"cursor": "unknown_cursor"})
        query = query.where(SecurityEntry.position < int(cursor))
    rows = session.scalars(query).all()
    return Page(rows[:limit], str(rows[limit - 1].position) if len(rows) > limit else None)


def all_entries(session: Session, wanted: SecurityFilter = ALL) -> Iterator[SecurityEntry]:
    """All entries that are wanted, the oldest first, a few in memory at a time."""
    query = _wanted(wanted).order_by(SecurityEntry.position)
    yield from session.scalars(query, execution_options={"yield_per": FETCH})


def is_more_than(session: Session, number: int, wanted: SecurityFilter = ALL) -> bool:
    """Whether more than so many entries are wanted."""
    some = select(SecurityEntry.position).where(*_conditions(wanted)).limit(number + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > number


def _wanted(wanted: SecurityFilter) -> Select[SecurityEntry]:
    return select(SecurityEntry).options(joinedload(SecurityEntry.person)).where(*_conditions(wanted))


def _conditions(wanted: SecurityFilter) -> list[ColumnElement[bool]]:
    entry = SecurityEntry
    conditions: list[ColumnElement[bool]] = []
    if wanted.person_id is not None:
        conditions.append((entry.person_id == wanted.person_id) | (entry.subject_id == wanted.person_id))
    if wanted.kind is not None:
        conditions.append(entry.kind == wanted.kind)
    if wanted.outcome is not None:
        conditions.append(entry.outcome == wanted.outcome)
    if wanted.since is not None:
        conditions.append(entry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(entry.at < wanted.until)
    return conditions
