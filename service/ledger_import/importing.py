"""Importing a table of findings in three steps: read without the database, checked without writing, written at once.

Every fault is reported at once, and then nothing has changed. Only the last step keeps other writers waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.files.spreadsheets import read_sheets
from service.findings.corrections import edit_all, refused_corrections
from service.findings.log import log_all
from service.ledger_import.basis import PreparedImport
from service.ledger_import.plan import ImportPlan, new_finding, plan_import
from service.ledger_import.table import CellFault, TableLine, lines_of
from service.models import Organization
from service.rounds.rulebooks import calendar_in_force
from workflows.findings.facts import Actor

MOST_LISTED = 200  # faults that are shown one by one; more are not read before the table is mended


@dataclass(frozen=True, slots=True)
class Imported:
    """How many findings an import has logged or changed, or would in a dry run; with faults it changes none.

    `pictures` are cells whose pictures are left out.
    """

    dry_run: bool
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: Sequence[CellFault] = ()
    pictures: Sequence[CellFault] = ()


def read_table(stream: BinaryIO) -> Sequence[TableLine]:
    """The lines of an Excel table of findings; raises InvalidInput on `file` when the stream is none, or too long."""
    return lines_of(read_sheets(stream))


def check_ledger(
    session: Session, lines: Sequence[TableLine], *, actor: Actor, now: datetime, round_id: str | None = None
) -> Imported:
    """What an import would do; nothing is written. Raises as `import_ledger` does."""
    return outcome(prepare_import(session, lines, actor=actor, now=now, round_id=round_id))


def prepare_import(
    session: Session, lines: Sequence[TableLine], *, actor: Actor, now: datetime, round_id: str | None = None
) -> PreparedImport:
    """An import worked out as far as it can be without writing. Raises as `import_ledger` does."""
    zone = calendar_in_force(session).zone
    plan = plan_import(session, lines, actor=actor, now=now, zone=zone, round_id=round_id)
    refused = refused_corrections(session, [one.correction for one in plan.corrections], actor=actor)
    plan.faults += [one.fault(refused[one.finding.id]) for one in plan.corrections if one.finding.id in refused]
    return PreparedImport(plan, actor, zone, round_id)


def import_ledger(
    session: Session,
    lines: Sequence[TableLine],
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    prepared: PreparedImport | None = None,
) -> Imported:
    """Log the findings of a table, or correct the texts of those that are there: all of them, or none.

    New lines are of the round of that id, or of the only one that runs. What was `prepared` for these lines, in the
    round named then, is planned again only when something that it rests on has changed since.
    Raises NotAllowed when there are lines to log and the actor may log none.
    """
    _one_at_a_time(session, actor)
    if prepared and prepared.still_holds(session, actor=actor, now=now):
        plan = prepared.plan
    else:
        zone, round_id = calendar_in_force(session).zone, prepared.round_id if prepared else round_id
        plan = plan_import(session, lines, actor=actor, now=now, zone=zone, round_id=round_id)
    if not plan.faults:
        with session.begin_nested() as attempt:
            plan.faults += _carry_out(session, plan, actor=actor, now=now)
            if plan.faults:
                attempt.rollback()
    return _result(plan, dry_run=False)


def outcome(prepared: PreparedImport) -> Imported:
    """What a prepared import would do."""
    return _result(prepared.plan, dry_run=True)


def _result(plan: ImportPlan, *, dry_run: bool) -> Imported:
    if plan.faults:
        return Imported(dry_run, faults=sorted(plan.faults), pictures=plan.pictures)
    return Imported(dry_run, len(plan.new), len(plan.corrections), plan.unchanged, pictures=plan.pictures)


def _one_at_a_time(session: Session, actor: Actor) -> None:
    """Wait for a colleague who imports: a second import of one file then finds what the first has added."""
    own = select(Organization.id).where(Organization.id == actor.organization_id)
    session.execute(own.with_for_update(key_share=True))


def _carry_out(session: Session, plan: ImportPlan, *, actor: Actor, now: datetime) -> list[CellFault]:
    """Write the plan; returns the lines that were refused."""
    if plan.new:
        log_all(session, [(new_finding(line), line.place) for line in plan.new], actor=actor, now=now)
    refused = edit_all(session, [one.correction for one in plan.corrections], actor=actor, now=now)
    return [one.fault(refused[one.finding.id]) for one in plan.corrections if one.finding.id in refused]
