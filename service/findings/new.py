"""New findings: the unit they are against, their round and number; for one finding or a thousand."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from service.errors import Conflict, InvalidInput, NotAllowed
from service.findings.sweep import COLUMNS
from service.models import Assignment, ChecklistItem, Finding, Inspection, Organization, Round, new_id, with_names
from service.models.findings import searched
from service.records.events import EventData, LockedFinding, NewEvent
from service.records.facts import facts_of
from service.records.words import keep_words
from service.rounds.current import rounds_of_unit
from service.rounds.rulebooks import RulesOfRounds, around_round, calendar_in_force, calendar_of_version
from service.rounds.running import round_meant
from service.store.db import only_reads
from service.store.numbering import next_numbers
from workflows.calendar import Calendar
from workflows.findings.facts import Actor, Facts
from workflows.findings.rectification import log as log_transition
from workflows.findings.rectification import propose
from workflows.findings.sides import origin_of
from workflows.findings.transitions import Transition
from workflows.vocabulary import TEAM_ROLES, UNIT_KINDS, UNIT_ROLES, Move, Origin, Severity, State

CLOCKS_AHEAD = timedelta(minutes=15)  # of telephones: what they saw then was seen now
_BLANK: dict[str, Any] = {
    column.key: column.default.arg if column.default is not None and column.default.is_scalar else None
    for column in Finding.__table__.columns
}  # a finding of which nothing is known
AT_A_TIME = 500  # findings looked up by their ids


@dataclass(frozen=True, slots=True)
class Settlement:
    """立行立改: put right on the spot, and seen by the overseer."""

    evidence_ids: Sequence[str]
    comment: str


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A finding to be logged; `found_at` is when it was seen on site, None: now."""

    organization_id: str
    summary: str
    severity: Severity
    details: str | None = None
    location: str | None = None
    checklist_item_id: str | None = None
    inspection_id: str | None = None
    found_at: datetime | None = None
    evidence_ids: Sequence[str] = ()
    client_id: str | None = None
    round_id: str | None = None  # which round; none: that of the sheet, or the only one that runs
    settled: Settlement | None = None
    carried_from_id: str | None = None  # the finding of an earlier round that goes on as this one
    fell_due_at: datetime | None = None  # of its item, unconfirmed: the clock proposes it


@dataclass(frozen=True, slots=True)
class Place:
    """The unit that a finding is against, the round in force there, and the side that has found it."""

    unit: Organization
    round: Round
    origin: Origin
    assignment: Assignment | None = None  # of its district within the round, as far as it was looked up
    around: Sequence[Any] | None = None  # what the rules need beside the round, if that was looked up under its lock

    @property
    def district_id(self) -> str:
        return self.unit.district_id or self.unit.id


def may_log(actor: Actor) -> None:
    """Raise NotAllowed unless the actor is one of those who log findings at all."""
    if not actor.holds(*TEAM_ROLES, *UNIT_ROLES):
        raise NotAllowed("not_yours", move=Move.LOG)


def place_of_unit(
    session: Session, organization_id: str, *, actor: Actor, now: datetime, round_id: str | None = None
) -> Place:
    """The place at which the actor may log against the unit now, in the round of that id or the only one that runs.

    Raises `InvalidInput` for a foreign unit as for an unknown one, and when it has to be said which round is meant;
    `Conflict` when there is none in force, or it has not begun.
    """
    may_log(actor)
    found = _open_rounds_with_places(session, organization_id)
    unit = found[0][1] if found else session.get(Organization, organization_id)
    if unit is None or unit.kind not in UNIT_KINDS or unit.district_id is None:
        raise InvalidInput({"organization_id": "unknown_organization"})
    rounds = [round_ for round_, *_ in found]
    by_round = {round_.id: _origin(actor, unit, round_.id) for round_ in rounds}
    theirs = [round_ for round_ in rounds if by_round[round_.id]]
    if not theirs and (rounds or _origin(actor, unit, _last_round(actor, unit.district_id)) is None):
        raise InvalidInput({"organization_id": "unknown_organization"})
    if unit.closed_at is not None:
        raise InvalidInput({"organization_id": "organization_closed"})
    round_ = _meant(theirs, round_id, calendar_of_version(session, found[0][3] if found else None), now)
    labour = {one.id: (work, None if only_reads(session) else around) for one, _, work, *around in found}
    return Place(unit, round_, by_round[round_.id] or Origin.UNIT, *labour[round_.id])


def _origin(actor: Actor, unit: Organization, round_id: str) -> Origin | None:
    return origin_of(
        actor, unit_id=unit.id, unit_kind=unit.kind, district_id=unit.district_id or unit.id, round_id=round_id
    )


def _last_round(actor: Actor, district_id: str) -> str:
    """The round, closed by now, in which the district was the actor's; empty when it never was."""
    assigned = (place for post in actor.posts for place in post.assigned)
    return next((place.round_id for place in assigned if place.district_id == district_id), "")


def check_new(
    session: Session, new: NewFinding, round_: Round, *, now: datetime, inspection: Inspection | None = None
) -> ChecklistItem | None:
    """The checklist item that is named, if any.

    Raises InvalidInput when `found_at` is in the future, or sheet or checklist item are not of the round or sheet.
    """
    wrong = {}
    if new.found_at and new.found_at > now + CLOCKS_AHEAD:
        wrong["found_at"] = "in_future"
    if new.inspection_id and inspection is None:
        wrong["inspection_id"] = "unknown_reference"
    item = session.get(ChecklistItem, new.checklist_item_id) if new.checklist_item_id else None
    if new.checklist_item_id:
        of_round = item is not None and item.round_id == round_.id
        if not of_round or (inspection and item and item.checklist_id != inspection.checklist_id):
            wrong["checklist_item_id"] = "unknown_reference"
    if wrong:
        raise InvalidInput(wrong)
    return item


def seen_at(given: datetime | None, now: datetime) -> datetime:
    """When a finding was seen: now, unless said otherwise, or said by a clock that is a little ahead."""
    return given if given and not now < given <= now + CLOCKS_AHEAD else now


def add_rows(session: Session, news: Sequence[tuple[NewFinding, Place]], *, actor: Actor, now: datetime) -> list[str]:
    """Add the rows of findings that were checked, numbered in their order, and return their ids."""
    numbers = _numbers(session, [place.round for _, place in news])
    rows = [Finding(**_columns(new, place, next(numbers[place.round.id]), actor, now)) for new, place in news]
    session.add_all(rows)
    session.flush()
    keep_words(session, rows)
    return [row.id for row in rows]


def locked_with_log_event(
    session: Session, ids: Sequence[str], news: Sequence[NewFinding], *, actor: Actor
) -> list[LockedFinding]:
    """Findings whose rows were just added, each with its first event: that it was logged, or proposed by the clock."""
    rules = RulesOfRounds(session)
    rows = {row["id"]: row for row in _read_rows(session, ids)}
    return [_logged(rows[id_], new, rules, actor) for id_, new in zip(ids, news, strict=True)]


def new_with_log_event(
    session: Session, news: Sequence[tuple[NewFinding, Place]], *, actor: Actor, now: datetime
) -> list[LockedFinding]:
    """Findings that were checked, numbered in their order and in no table yet, each with its first event."""
    rules = RulesOfRounds(session, {place.district_id for _, place in news})
    rules.know((place.round, place.around) for _, place in news if place.around)
    numbers = _numbers(session, [place.round for _, place in news])
    logged: list[LockedFinding] = []
    alike: dict[object, Transition] = {}  # equal facts under equal rules are logged alike
    for new, place in news:
        columns = _columns(new, place, next(numbers[place.round.id]), actor, now)
        row = {**_BLANK, **columns, "progress": {}, "search_text": searched(columns)}
        logged.append(_logged(row, new, rules, actor, alike))
    return logged


def _logged(
    row: Mapping[Any, Any],
    new: NewFinding,
    rules_of_rounds: RulesOfRounds,
    actor: Actor,
    alike: dict[object, Transition] | None = None,
) -> LockedFinding:
    rules = rules_of_rounds.of(row["round_id"], row["policy_version"])
    facts = facts_of(row, rules)
    data = EventData(
        number=row["number"],
        organization_id=row["organization_id"],
        severity=str(new.severity),
        summary=new.summary,
        evidence_ids=list(new.evidence_ids),
    )
    if new.carried_from_id:
        data["carried_from"] = new.carried_from_id
    known = {} if alike is None else alike
    key = (facts.severity, facts.origin, facts.unit_is_district, facts.vacant, id(rules), new.fell_due_at)
    if key not in known:
        due_at = new.fell_due_at
        known[key] = propose(facts, rules, due_at) if due_at else log_transition(facts, rules)
    transition = known[key]
    return LockedFinding(row, facts, rules, [NewEvent(transition, _finder(actor, facts), data=data)])


def _finder(actor: Actor, facts: Facts) -> Actor:
    """The actor in the post in which he or she logs: of a team for the centre's findings."""
    return actor.in_post(*TEAM_ROLES) if facts.origin is Origin.CENTRE else actor


def _read_rows(session: Session, ids: Sequence[str]) -> Iterator[RowMapping]:
    for at in range(0, len(ids), AT_A_TIME):
        query = select(*COLUMNS).where(Finding.id.in_(ids[at : at + AT_A_TIME]))
        yield from session.execute(query).mappings()


def round_in_force(session: Session, office_id: str, *, now: datetime, round_id: str | None = None) -> Round:
    """The open round that the district office takes part in now, locked against changes; raises as `place_of_unit`."""
    rounds = _open_rounds(session, Organization.id == office_id)
    return _meant(rounds, round_id, calendar_in_force(session), now)


def _meant(rounds: Sequence[Round], round_id: str | None, calendar: Calendar, now: datetime) -> Round:
    if not rounds:
        raise Conflict("no_round_in_force")
    return round_meant(rounds, round_id, today=calendar.local_date(now))


def _open_rounds(session: Session, unit: ColumnElement[bool]) -> Sequence[Round]:
    """The open rounds in which a unit takes part, in the order of their ids; for who writes locked against changes."""
    rounds = rounds_of_unit(unit).order_by(Round.id).execution_options(populate_existing=True)
    return session.scalars(rounds if only_reads(session) else rounds.with_for_update(read=True, of=Round)).all()


def _open_rounds_with_places(session: Session, unit_id: str) -> Sequence[Any]:
    """The same of one unit, each with the unit, who has its district in the round, and what its rules need.

    They are held first: of what a statement joins, one that waits for a lock reads only the locked rows again.
    """
    (query, hold), unit = _rounds_with_places(), {"unit_id": unit_id}
    if only_reads(session):
        return session.execute(query, unit).all()
    while True:
        held = set(session.scalars(hold, unit))
        found = session.execute(query, unit).all()
        if held.issuperset(round_.id for round_, *_ in found):  # else the unit was moved while it was waited for
            return found


@cache
def _rounds_with_places() -> tuple[Select[Any], Select[str]]:
    """What is looked up for the unit of `unit_id`, and what holds it and its rounds."""
    rounds = rounds_of_unit(Organization.id == bindparam("unit_id", type_=Organization.id.type))
    labour = (joinedload(Assignment.district), joinedload(Assignment.team), *with_names(Assignment.leader))
    query = rounds.add_columns(Organization, Assignment, *around_round(Assignment.district_id.expression))
    query = query.options(*labour).order_by(Round.id).execution_options(populate_existing=True)
    ids = rounds.with_only_columns(Round.id).order_by(Round.id)
    return query, ids.with_for_update(read=True, of=(Organization, Round))  # as whoever moves or merges the unit does


def _numbers(session: Session, rounds: Sequence[Round]) -> dict[str, Iterator[int]]:
    """The next running numbers of each round, taken in the order of the rounds' ids."""
    counts = Counter(round_.id for round_ in rounds)
    return {id_: count(next_numbers(session, f"findings:{id_}", many)) for id_, many in sorted(counts.items())}


def _columns(new: NewFinding, place: Place, number: int, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "number": f"{place.round.number}-{number:04d}",
        "round_id": place.round.id,
        "organization_id": place.unit.id,
        "district_id": place.district_id,
        "origin": place.origin,
        "severity": new.severity,
        "policy_version": place.round.policy_version,
        "created_at": now,
        "created_by_id": actor.id,
        "proposed": new.fell_due_at is not None,
        "client_id": new.client_id,
        "checklist_item_id": new.checklist_item_id,
        "carried_from_id": new.carried_from_id,
        "inspection_id": new.inspection_id,
        "summary": new.summary,
        "details": new.details,
        "location": new.location,
        "found_at": seen_at(new.found_at, now),
        "state": State.FOUND,
    }
