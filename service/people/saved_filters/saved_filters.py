"""A person's saved filters: seen, saved, changed and taken away by nobody else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.errors import InvalidInput, existing
from service.models import Person, SavedFilter
from workflows.findings.facts import Actor

MOST_FILTERS = 20  # of one person


def saved_filters(session: Session, *, actor: Actor) -> Sequence[SavedFilter]:
    """The actor's filters, by name."""
    return session.scalars(
        select(SavedFilter).where(SavedFilter.person_id == actor.id).order_by(SavedFilter.name)
    ).all()


def save_filter(
    session: Session, *, actor: Actor, now: datetime, name: str, query: str, first: bool = False
) -> SavedFilter:
    """Keep a query of the list under a name; `query` has been read by the door, `first`: the list opens with it.

    Raises `InvalidInput` when there are `MOST_FILTERS`, or one of that name.
    """
    theirs = _locked(session, actor)
    if len(theirs) >= MOST_FILTERS:
        raise InvalidInput({"name": "too_many_filters"}, most=MOST_FILTERS)
    _require_own_name(theirs, name)
    row = SavedFilter(person_id=actor.id, name=name.strip(), query=query, is_first=False, created_at=now)
    session.add(row)
    session.flush()
    return _set_first(session, row, first=first)


def change_filter(
    session: Session,
    filter_id: str,
    *,
    actor: Actor,
    name: str | None = None,
    query: str | None = None,
    first: bool | None = None,
) -> SavedFilter:
    """Give it another name or query, or let the list open with it; what is None stays. Raises `NotFound`."""
    theirs = _locked(session, actor)
    row = existing(next((one for one in theirs if one.id == filter_id), None))
    if name is not None:
        _require_own_name([one for one in theirs if one is not row], name)
        row.name = name.strip()
    row.query = row.query if query is None else query
    session.flush()
    return row if first is None else _set_first(session, row, first=first)


def delete_filter(session: Session, filter_id: str, *, actor: Actor) -> None:
    """Take it away. Raises `NotFound`."""
    session.delete(existing(next((one for one in _locked(session, actor) if one.id == filter_id), None)))


def _locked(session: Session, actor: Actor) -> list[SavedFilter]:
    """The actor's filters, while nobody else with the same account changes them."""
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update(key_share=True))
    return list(session.scalars(select(SavedFilter).where(SavedFilter.person_id == actor.id)))


def _require_own_name(others: Sequence[SavedFilter], name: str) -> None:
    if any(one.name == name.strip() for one in others):
        raise InvalidInput({"name": "filter_name_taken"})


def _set_first(session: Session, row: SavedFilter, *, first: bool) -> SavedFilter:
    """One at most comes first."""
    if first:
        others = update(SavedFilter).where(SavedFilter.person_id == row.person_id, SavedFilter.id != row.id)
        session.execute(others.values(is_first=False))
    row.is_first = first
    session.flush()
    return row
