"""Importing a table of findings: everything that is wrong is told at once, and then nothing has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import DubanError
from service.findings.log import edit, log_all
from service.findings.new import may_log
from service.ledger_import.faults import CellFault
from service.ledger_import.file import read_sheets
from service.ledger_import.plan import Correction, Plan, new_finding, plan_of
from service.ledger_import.table import entries
from service.models import Organization
from service.rounds.rulebooks import calendar_in_force
from workflows.findings.facts import Actor

MOST_LISTED = 200  # faults that are told one by one; nobody reads more before mending the table


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import has done, or would do; with faults it does nothing."""

    dry_run: bool
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: Sequence[CellFault] = ()


def import_ledger(
    session: Session, stream: BinaryIO, *, actor: Actor, now: datetime, dry_run: bool = False
) -> Imported:
    """Log the findings of an Excel table, or correct the texts of those that are there: all of them, or none.

    What a dry run says would happen was tried and taken back. InvalidInput on `file` when the stream is no table of
    findings, NotAllowed when the actor logs none.
    """
    may_log(actor)
    sheets = read_sheets(stream)
    _one_at_a_time(session, actor)
    plan = plan_of(session, entries(sheets), actor=actor, now=now, zone=calendar_in_force(session).zone)
    if not plan.faults:
        with session.begin_nested() as attempt:
            plan.faults += _carry_out(session, plan, actor=actor, now=now)
            if dry_run or plan.faults:
                attempt.rollback()
    if plan.faults:
        return Imported(dry_run, faults=sorted(plan.faults))
    return Imported(dry_run, len(plan.new), len(plan.corrections), plan.unchanged)


def _one_at_a_time(session: Session, actor: Actor) -> None:
    """Let two colleagues who bring the same file follow each other: the second then finds what the first has added."""
    own = select(Organization.id).where(Organization.id == actor.organization_id)
    session.execute(own.with_for_update(key_share=True))


def _carry_out(session: Session, plan: Plan, *, actor: Actor, now: datetime) -> list[CellFault]:
    """Write what is planned, and return what was refused."""
    if plan.new:
        log_all(session, [(new_finding(line), line.place) for line in plan.new], actor=actor, now=now)
    in_order = sorted(plan.corrections, key=lambda one: one.finding.id)  # two imports do not block each other
    return [fault for one in in_order if (fault := _correct(session, one, actor=actor, now=now))]


def _correct(session: Session, one: Correction, *, actor: Actor, now: datetime) -> CellFault | None:
    finding = one.finding
    try:
        edit(session, finding.id, one.texts, version=finding.version, actor=actor, now=now)
    except DubanError as error:
        return one.line.draft.entry.fault(next(iter(one.texts)), error.code)
    return None
