"""Carrying over: what a closed round left open is logged anew in the next one, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from service.checklists.checklists import items_of
from service.errors import Conflict, InvalidInput
from service.findings.moves import load
from service.findings.new import NewFinding, Place, add_rows, locked_with_log_event
from service.models import Assignment, ClosingDecision, Finding, Organization, Round
from service.records.events import record_moves
from service.records.journal import NewEntry, record_entries
from service.round_closing.closing import held_round
from service.round_closing.entries import CountedFinding, entries_for_districts
from service.rounds.rulebooks import policy_of_version
from workflows.findings.audience import unit_knows
from workflows.findings.facts import Actor
from workflows.same_items import same_items
from workflows.vocabulary import ClosingOutcome, JournalAct, SubjectKind

DECISIONS = ClosingDecision.metadata.tables["closing_decisions"]
COUNTED = "findings"


class Carried(NamedTuple):
    """A finding, and the one that it goes on as."""

    finding: Finding
    successor: Finding


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What was logged anew, and what was not because nobody is assigned to its district in this round."""

    round: Round
    from_round: Round
    carried: Sequence[Carried]
    left: Sequence[Finding]


def carry_over(session: Session, round_id: str, from_round_id: str, *, actor: Actor, now: datetime) -> CarriedOver:
    """Log in an open round what an earlier one carried over, with all that is known of it but its evidence.

    Each begins as found, by the same side, under this round's policy; its checklist item is the one that asks the
    same. Done again, it only adds what was left. Raises `Conflict` unless this round is open and the other closed.
    """
    round_ = held_round(session, round_id, actor=actor)
    before = session.get(Round, from_round_id)
    if before is None:
        raise InvalidInput({"from_round_id": "unknown_reference"})
    if before.closed_at is None:
        raise Conflict("round_open")
    left_open = _without_successor(session, before)
    places = _places(session, round_, left_open)
    ready = [(finding, places[finding.id]) for finding in left_open if finding.id in places]
    items = same_items(items_of(session, before.id), items_of(session, round_.id))
    carried = _log(session, ready, items, actor, now)
    _record(session, round_, before, carried, actor, now)
    return CarriedOver(round_, before, carried, [finding for finding in left_open if finding.id not in places])


def _without_successor(session: Session, before: Round) -> list[Finding]:
    """Findings that were carried over and have no successor yet, by number; their decisions are locked."""
    query = (
        select(Finding)
        .join(ClosingDecision, ClosingDecision.finding_id == Finding.id)
        .where(
            ClosingDecision.round_id == before.id,
            ClosingDecision.outcome == ClosingOutcome.CARRIED_OVER,
            ClosingDecision.successor_id.is_(None),
        )
        .order_by(Finding.number)
    )
    return list(session.scalars(query.with_for_update(of=ClosingDecision)))


def _places(session: Session, round_: Round, left_open: Sequence[Finding]) -> dict[str, Place]:
    """Where each finding goes on, by its id; units whose district nobody is assigned to have no place."""
    assigned = set(session.scalars(select(Assignment.district_id).where(Assignment.round_id == round_.id)))
    units = select(Organization).where(Organization.id.in_({finding.organization_id for finding in left_open}))
    known = {unit.id: unit for unit in session.scalars(units)}
    return {
        finding.id: Place(unit, round_, finding.origin)
        for finding in left_open
        for unit in [known[finding.organization_id]]
        if unit.district_id in assigned
    }


def _log(
    session: Session,
    ready: Sequence[tuple[Finding, Place]],
    items: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> list[Carried]:
    news = [_new_finding(finding, items) for finding, _ in ready]
    ids = add_rows(session, [(new, place) for new, (_, place) in zip(news, ready, strict=True)], actor=actor, now=now)
    record_moves(session, locked_with_log_event(session, ids, news, actor=actor), now=now)
    pairs = [{"of": finding.id, "successor": id_} for (finding, _), id_ in zip(ready, ids, strict=True)]
    if pairs:
        of = DECISIONS.c.finding_id == bindparam("of")
        session.connection().execute(update(DECISIONS).where(of).values(successor_id=bindparam("successor")), pairs)
    return [Carried(finding, new) for (finding, _), new in zip(ready, load(session, ids), strict=True)]


def _new_finding(finding: Finding, items: Mapping[str, str]) -> NewFinding:
    return NewFinding(
        organization_id=finding.organization_id,
        summary=finding.summary,
        severity=finding.severity,
        details=finding.details,
        location=finding.location,
        checklist_item_id=items.get(finding.checklist_item_id or ""),
        found_at=finding.found_at,
        carried_from_id=finding.id,
    )


def _record(
    session: Session, round_: Round, before: Round, carried: Sequence[Carried], actor: Actor, now: datetime
) -> None:
    """Write the carry-over to the journal and alert those concerned; nothing when none was carried over."""
    if not carried:
        return
    data = {"number": round_.number, "previous": before.number, COUNTED: 0}
    hears = policy_of_version(session, round_.policy_version).rounds.carry_over
    entry = NewEntry(
        subject_kind=SubjectKind.ROUND,
        subject_id=round_.id,
        act=JournalAct.CARRY_OVER,
        round_id=round_.id,
        actor=actor,
        data={
            **data,
            COUNTED: len(carried),
            "carried": [[one.finding.id, one.successor.id] for one in carried],
        },
        addressees=hears.all,
    )
    counted = [_counted(one.successor) for one in carried]
    of_districts = entries_for_districts(
        session, round_, JournalAct.CARRY_OVER, counted, actor=actor, data=data, hears=hears
    )
    record_entries(session, [entry, *of_districts], now=now)


def _counted(finding: Finding) -> CountedFinding:
    known = unit_knows(state=finding.state, origin=finding.origin, severity=finding.severity)
    return CountedFinding(finding.organization_id, finding.district_id, COUNTED, known)
