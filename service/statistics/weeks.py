"""How many findings stood in which state as each week ended: counted from the events, kept once the week is past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, literal, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

from service.models import Event, Finding, WeekTally
from service.scope import is_tallied, tallies_seen
from service.statistics.counted import CountedFindings
from service.statistics.tallies import hold_tallies
from service.store.db import take_time
from service.wording.texts import ZONE
from workflows.vocabulary import State

WEEKS = 12  # of the picture of states, the present one included
SETTLED_AFTER = timedelta(hours=1)  # a week is kept when nobody can still be about to commit what belongs to it


@dataclass(frozen=True, slots=True)
class Week:
    """How many findings were in which state at one moment."""

    at: datetime
    states: Mapping[State, int]


def weeks(session: Session, counted: CountedFindings, *, now: datetime, present: Mapping[State, int]) -> list[Week]:
    """Each week's end and the present, last: as it stood then, whatever was withdrawn or reported since."""
    ends = week_ends(now)
    stood = _kept_weeks(session, counted, ends) if is_tallied(counted.actor) else {}
    if missing := [end for end in ends if end not in stood]:
        first = _first_logged_at(session)
        stood |= {end: dict.fromkeys(State, 0) for end in missing if first is None or first > end}
    if missing := [end for end in ends if end not in stood]:
        stood |= _counted_weeks(session, counted, missing)
    return [*(Week(end, stood[end]) for end in ends), Week(now, present)]


def week_ends(now: datetime) -> list[datetime]:
    """The last instants of the Sundays before, in UTC."""
    local = now.astimezone(ZONE)
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
    last = (monday - timedelta(microseconds=1)).astimezone(UTC)
    return [last - timedelta(weeks=back) for back in reversed(range(WEEKS - 1))]


def unkept_weeks(session: Session, *, now: datetime) -> list[datetime]:
    """The weeks that are past, shown and not kept yet, of those that ended after the first finding."""
    past = [end for end in week_ends(now) if end + SETTLED_AFTER <= now]
    first = _first_logged_at(session)
    kept = set(session.scalars(select(WeekTally.ends_at).where(WeekTally.ends_at.in_(past)).distinct()))
    return [end for end in past if end not in kept and first is not None and first <= end]


def count_week(session: Session, end: datetime) -> list[dict[str, Any]]:
    """How a week ended, as rows to keep: one pass over all events until then."""
    take_time(session)
    return [dict(row) for row in session.execute(_stood_at([end])).mappings() if row["findings"]]


def keep_week(session: Session, end: datetime, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep how a week ended, unless another process has done so meanwhile."""
    hold_tallies(session)
    if rows and session.scalar(select(WeekTally.serial).where(WeekTally.ends_at == end).limit(1)) is None:
        session.execute(insert(WeekTally), rows)


def _first_logged_at(session: Session) -> datetime | None:
    """When the first finding was logged."""
    return session.scalar(select(func.min(Finding.created_at)))


def _kept_weeks(
    session: Session, counted: CountedFindings, ends: Sequence[datetime]
) -> dict[datetime, Mapping[State, int]]:
    """Those that were kept; of one without anything in sight it is asked whether it was."""
    query = counted.by(WeekTally).summed("ends_at", "state").where(WeekTally.ends_at.in_(ends))
    stood: dict[datetime, Mapping[State, int]] = {}
    for end, state, findings in session.execute(query):
        stood[end] = {**stood.get(end, dict.fromkeys(State, 0)), state: findings}
    if bare := [end for end in ends if end not in stood]:
        kept = session.scalars(select(WeekTally.ends_at).where(WeekTally.ends_at.in_(bare)).distinct())
        stood |= {end: dict.fromkeys(State, 0) for end in kept}
    return stood


def _counted_weeks(
    session: Session, counted: CountedFindings, ends: Sequence[datetime]
) -> dict[datetime, Mapping[State, int]]:
    """Weeks that are not kept, and those of one university, which kept weeks do not tell apart."""
    tallied = is_tallied(counted.actor)
    rows = _stood_at(ends, *(counted.of_place(Finding) if tallied else counted.conditions_of_scope())).subquery()
    query = select(rows.c.ends_at, rows.c.state, func.sum(rows.c.findings))
    if tallied:
        query = query.where(tallies_seen(counted.actor, aliased(WeekTally, rows, adapt_on_names=True)))
    stood = {end: dict.fromkeys(State, 0) for end in ends}
    for end, state, findings in session.execute(query.group_by(rows.c.ends_at, rows.c.state)):
        stood[end][state] = int(findings)
    return dict(stood)


def _stood_at(ends: Sequence[datetime], *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The keys of a tally as of some instants: what has entered a state by then, less what has left it."""
    end = union_all(*(select(literal(at, WeekTally.ends_at.type).label("ends_at")) for at in ends)).subquery().c.ends_at
    reported = and_(Finding.reported_at.is_not(None), Finding.reported_at <= end)
    then = (Event.at <= end, or_(Finding.voided_at.is_(None), Finding.voided_at > end), *conditions)
    place = (Finding.round_id, Finding.district_id, (Finding.organization_id == Finding.district_id).label("of_office"))
    rest = (reported.label("reported"), Finding.severity, Finding.origin, end.label("ends_at"))
    passed = [
        select(*place, *rest, state.label("state"), literal(counts).label("findings"))
        .join_from(Event, Finding, Event.finding_id == Finding.id)
        .join(end.table, true())
        .where(*then, state.is_not(None), or_(Event.from_state.is_(None), Event.from_state != Event.to_state))
        for state, counts in ((Event.to_state, 1), (Event.from_state, -1))
    ]
    of = union_all(*passed).subquery().c
    keys = [of[name] for name in WeekTally.KEYS]
    return select(*keys, func.sum(of.findings).label("findings")).group_by(*keys)
