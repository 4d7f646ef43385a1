"""The feedback clock of inspections: wound when a sheet is opened, swept, silent once sheet or round is closed."""

from collections.abc import Iterator
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload

from service.findings.sweep import AGAIN_AFTER, BATCH
from service.inspections.locking import FEEDBACK, entry_about, facts_of_sheet
from service.models import Inspection
from service.records.journal import NewEntry, record_entries
from service.rounds.rulebooks import RulesOfRounds
from service.store.clock import earliest
from workflows.feedback import Telling, feedback_due_at, next_telling, tell
from workflows.inspections import Sheet
from workflows.rules import Rules
from workflows.vocabulary import JournalAct

_log = structlog.get_logger()


def next_feedback_at(session: Session) -> datetime | None:
    """When the clock speaks of the next sheet: one probe of an index."""
    return earliest(session, Inspection.next_action_at)


def sweep_feedback(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Tell of feedback that is missing, on up to `limit` sheets; returns how many were looked at."""
    due = select(Inspection).where(Inspection.next_action_at <= now).order_by(Inspection.next_action_at).limit(limit)
    claimed = due.options(joinedload(Inspection.round)).with_for_update(skip_locked=True, of=Inspection)
    sheets = session.scalars(claimed.execution_options(populate_existing=True)).all()
    rules_of_rounds = RulesOfRounds(session)
    deeds = [deed for sheet in sheets for deed in _tried(sheet, rules_of_rounds, now)]
    session.flush()
    record_entries(session, deeds, now=now)
    return len(sheets)


def wind(session: Session, sheet: Inspection, *, now: datetime) -> list[NewEntry]:
    """Set the clock of a sheet that the caller has locked; returns what it had to tell by now, to be kept."""
    return list(_moved_on(sheet, RulesOfRounds(session), now))


def _tried(sheet: Inspection, rules_of_rounds: RulesOfRounds, now: datetime) -> list[NewEntry]:
    try:
        return list(_moved_on(sheet, rules_of_rounds, now))
    except DBAPIError:
        raise  # the database fails, not the row
    except Exception as error:  # noqa: BLE001 - the one place: a row that fails must not stop the rest
        _log.error("sheet_set_aside", inspection=sheet.number, error=repr(error))
        sheet.next_action_at = now + AGAIN_AFTER
        return []


def _moved_on(sheet: Inspection, rules_of_rounds: RulesOfRounds, now: datetime) -> Iterator[NewEntry]:
    rules = rules_of_rounds.of(sheet.round_id, sheet.round.policy_version)
    facts, tellings = tell(facts_of_sheet(sheet), rules, now)
    if not (rules.silent or sheet.progress):  # a calendar or exam days that changed move what was not told yet
        sheet.feedback_due_at = feedback_due_at(facts, rules)
    _set(sheet, facts, rules)
    yield from (_deed(sheet, telling) for telling in tellings)


def _set(sheet: Inspection, facts: Sheet, rules: Rules) -> None:
    upcoming = next_telling(facts, rules)
    sheet.next_action_at = upcoming.due_at if upcoming else None
    if facts.told:
        sheet.progress = {FEEDBACK: [facts.told.steps, facts.told.at.isoformat()]}


def _deed(sheet: Inspection, telling: Telling) -> NewEntry:
    deadline = sheet.feedback_due_at.isoformat() if sheet.feedback_due_at else ""
    data = {"number": sheet.number, "deadline": deadline, "stage": telling.stage}
    return entry_about(sheet, JournalAct.BREACH, data=data, hears=telling.hears, due_at=telling.due_at)
