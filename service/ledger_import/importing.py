"""Importing a table of findings: every fault is reported at once, and then nothing has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import DubanError
from service.files.spreadsheets import read_sheets
from service.findings.corrections import edit
from service.findings.log import log_all
from service.findings.new import may_log
from service.ledger_import.plan import ImportPlan, new_finding, plan_import
from service.ledger_import.table import CellFault, lines_of
from service.models import Organization
from service.rounds.rulebooks import calendar_in_force
from workflows.findings.facts import Actor

MOST_LISTED = 200  # faults that are shown one by one; more are not read before the table is mended


@dataclass(frozen=True, slots=True)
class Imported:
    """How many findings an import has logged or changed, or would in a dry run; with faults it changes none."""

    dry_run: bool
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: Sequence[CellFault] = ()


def import_ledger(
    session: Session, stream: BinaryIO, *, actor: Actor, now: datetime, dry_run: bool = False
) -> Imported:
    """Log the findings of an Excel table, or correct the texts of those that are there: all of them, or none.

    A dry run does it all and takes it back. Raises InvalidInput on `file` when the stream is no table of findings,
    NotAllowed when the actor may log none.
    """
    may_log(actor)
    sheets = read_sheets(stream)
    _one_at_a_time(session, actor)
    plan = plan_import(session, lines_of(sheets), actor=actor, now=now, zone=calendar_in_force(session).zone)
    if not plan.faults:
        with session.begin_nested() as attempt:
            plan.faults += _carry_out(session, plan, actor=actor, now=now)
            if dry_run or plan.faults:
                attempt.rollback()
    if plan.faults:
        return Imported(dry_run, faults=sorted(plan.faults))
    return Imported(dry_run, len(plan.new), len(plan.corrections), plan.unchanged)


def _one_at_a_time(session: Session, actor: Actor) -> None:
    """Wait for a colleague who imports: a second import of one file then finds what the first has added."""
    own = select(Organization.id).where(Organization.id == actor.organization_id)
    session.execute(own.with_for_update(key_share=True))


def _carry_out(session: Session, plan: ImportPlan, *, actor: Actor, now: datetime) -> list[CellFault]:
    """Write the plan; returns the lines that were refused."""
    if plan.new:
        log_all(session, [(new_finding(line), line.place) for line in plan.new], actor=actor, now=now)
    faults = []
    for one in sorted(plan.corrections, key=lambda one: one.finding.id):  # two imports wait for each other in turn
        try:
            edit(session, one.finding.id, one.texts, version=one.finding.version, actor=actor, now=now)
        except DubanError as error:
            faults.append(one.line.values.fault(next(iter(one.texts)), error.code))
    return faults
