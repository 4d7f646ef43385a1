"""Carrying over: what a closed round left open is logged anew in the next one, once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from service.checklists.checklists import items_of
from service.errors import Conflict, InvalidInput
from service.findings.moves import load
from service.findings.new import NewFinding, Place, add_rows, locked_with_log_event
from service.models import ClosingDecision, Finding, Organization, Round
from service.records.events import record_moves
from service.records.journal import record_entries
from service.round_closing.closing import locked_open_round
from service.round_closing.entries import CountedFinding, entries_of_round
from service.rounds.current import units_of
from service.rounds.rulebooks import calendar_in_force
from service.rounds.running import round_meant
from service.store.rows_on_record.touched import note_rows
from workflows.findings.audience import unit_knows
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.same_items import same_items
from workflows.vocabulary import ClosingOutcome

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
    round_ = locked_open_round(session, round_id, actor=actor)
    round_meant([round_], round_.id, today=calendar_in_force(session).local_date(now))  # before it begins: refused
    before = session.get(Round, from_round_id)
    if before is None:
        raise InvalidInput({"from_round_id": "unknown_reference"})
    if before.closed_at is None:
        raise Conflict("round_open")
    left_open = _without_successor(session, before)
    units = _assigned_units(session, round_, {finding.organization_id for finding in left_open})
    ready = [finding for finding in left_open if finding.organization_id in units]
    items = same_items(items_of(session, before.id), items_of(session, round_.id))
    news = [
        (_new_finding(finding, items), Place(units[finding.organization_id], round_, finding.origin))
        for finding in ready
    ]
    carried = _log(session, ready, news, actor, now)
    _record(session, round_, before, carried, actor, now)
    return CarriedOver(round_, before, carried, [one for one in left_open if one.organization_id not in units])


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


def _assigned_units(session: Session, round_: Round, unit_ids: Collection[str]) -> dict[str, Organization]:
    """The units, by id, that take part in the round: there their findings go on."""
    return {
        unit.organization.id: unit.organization for unit in units_of(session, round_, Organization.id.in_(unit_ids))
    }


def _log(
    session: Session, ready: Sequence[Finding], news: Sequence[tuple[NewFinding, Place]], actor: Actor, now: datetime
) -> list[Carried]:
    ids = add_rows(session, news, actor=actor, now=now)
    record_moves(session, locked_with_log_event(session, ids, [new for new, _ in news], actor=actor), now=now)
    pairs = [{"of": finding.id, "successor": id_} for finding, id_ in zip(ready, ids, strict=True)]
    if pairs:
        of = DECISIONS.c.finding_id == bindparam("of")
        note_rows(session, DECISIONS.name, [(pair["of"],) for pair in pairs])
        session.connection().execute(update(DECISIONS).where(of).values(successor_id=bindparam("successor")), pairs)
    return [Carried(*pair) for pair in zip(ready, load(session, ids), strict=True)]


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
    entries = entries_of_round(
        session,
        round_,
        JournalAct.CARRY_OVER,
        [_counted(one.successor) for one in carried],
        actor=actor,
        data={"number": round_.number, "previous": before.number, COUNTED: 0},
        details={"carried": [[one.finding.id, one.successor.id] for one in carried]},
    )
    record_entries(session, entries, now=now)


def _counted(finding: Finding) -> CountedFinding:
    known = unit_knows(state=finding.state, origin=finding.origin, severity=finding.severity)
    return CountedFinding(finding.organization_id, finding.district_id, COUNTED, known)
