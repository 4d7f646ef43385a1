"""The feedback clock of inspections: set when one is opened, swept, silent once inspection or round is closed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from service.findings.sweep import BATCH
from service.inspections.locking import FEEDBACK, entry_about, inspection_facts
from service.models import Inspection, Round
from service.records.journal import NewEntry, record_entries
from service.rounds.rulebooks import RulesOfRounds
from service.store.clock import earliest
from service.store.sweeping import ClockTask, Due, sweep_each
from workflows.feedback import FeedbackBreach, advance, feedback_due_at, next_breach
from workflows.journal import JournalAct


class _Reckoned(NamedTuple):
    """An inspection, how its clock is to be set, and the breaches that were due."""

    inspection: Inspection
    feedback_due_at: datetime | None
    next_action_at: datetime | None
    progress: dict[str, Any]
    breaches: Sequence[FeedbackBreach]


def next_feedback_at(session: Session) -> datetime | None:
    """When the clock speaks of the next inspection: one probe of an index."""
    return earliest(session, Inspection.next_action_at)


def sweep_feedback(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Tell of feedback that is missing, on up to `limit` inspections; returns how many were looked at."""
    due = select(Inspection).where(Inspection.next_action_at <= now).order_by(Inspection.next_action_at).limit(limit)
    claimed = due.options(joinedload(Inspection.round)).with_for_update(skip_locked=True, of=Inspection)
    inspections = session.scalars(claimed.execution_options(populate_existing=True)).all()
    rules_of_rounds = RulesOfRounds(session)

    def prepare(inspection: Inspection, _since: datetime) -> _Reckoned:
        return _reckon(inspection, rules_of_rounds, now)

    def write(reckoned: Sequence[_Reckoned]) -> None:
        entries = [entry for one in reckoned for entry in _applied(one)]
        session.flush()
        record_entries(session, entries, now=now)

    due_inspections = [
        (Due(inspection.id, inspection.number, inspection.next_action_at or now), inspection)
        for inspection in inspections
    ]
    sweep_each(session, ClockTask.FEEDBACK, due_inspections, prepare, write, now=now)
    return len(inspections)


def reset_feedback_clock(session: Session, inspection: Inspection, *, now: datetime) -> list[NewEntry]:
    """Set the clock of an inspection that the caller has locked; returns the breaches due by now, for the journal."""
    return list(_applied(_reckon(inspection, RulesOfRounds(session), now)))


def _reckon(inspection: Inspection, rules_of_rounds: RulesOfRounds, now: datetime) -> _Reckoned:
    rules = rules_of_rounds.of(inspection.round_id, inspection.round.policy_version)
    facts, breaches = advance(inspection_facts(inspection), rules, now)
    upcoming = next_breach(facts, rules)
    # a calendar or exam days that changed move what was not told yet
    moved = not (rules.silent or inspection.progress)
    return _Reckoned(
        inspection,
        feedback_due_at(facts, rules) if moved else inspection.feedback_due_at,
        upcoming.due_at if upcoming else None,
        {FEEDBACK: [facts.breaches.steps, facts.breaches.at.isoformat()]} if facts.breaches else inspection.progress,
        breaches,
    )


def _applied(reckoned: _Reckoned) -> Iterator[NewEntry]:
    """Set the inspection's clock; then what is to be recorded of it."""
    inspection = reckoned.inspection
    inspection.feedback_due_at, inspection.next_action_at = reckoned.feedback_due_at, reckoned.next_action_at
    inspection.progress = reckoned.progress
    deadline = inspection.feedback_due_at.isoformat() if inspection.feedback_due_at else ""
    for breach in reckoned.breaches:
        data = {"number": inspection.number, "deadline": deadline, "stage": breach.stage}
        yield entry_about(inspection, JournalAct.BREACH, data=data, addressees=breach.addressees, due_at=breach.due_at)


def lost_timers(session: Session, *, now: datetime) -> list[str]:
    """The ids of open inspections whose clock is lost, or later than their facts say."""
    running = select(Inspection).join(Round, Inspection.round_id == Round.id).options(joinedload(Inspection.round))
    running = running.where(Inspection.closed_at.is_(None), Round.closed_at.is_(None))
    rules, lost = RulesOfRounds(session), []
    for inspection in session.scalars(running):
        at = inspection.next_action_at
        if at is None or at > now:
            upcoming = next_breach(
                inspection_facts(inspection), rules.of(inspection.round_id, inspection.round.policy_version)
            )
            if upcoming and (at is None or at > upcoming.due_at):
                lost.append(inspection.id)
    return lost


def set_timers_right(session: Session, ids: Sequence[str], *, since: datetime) -> list[str]:
    """Let the next sweep reckon the clocks of these inspections anew; returns the numbers of those still open."""
    still_open = update(Inspection).where(Inspection.id.in_(ids), Inspection.closed_at.is_(None))
    mended = still_open.values(next_action_at=since).returning(Inspection.number)
    return list(session.scalars(mended.execution_options(synchronize_session=False)))
