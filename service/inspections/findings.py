"""Findings that are logged with a sheet: the sheet is held open meanwhile."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed, NotFound
from service.findings.log import NewFinding, log
from service.inspections.locking import held_sheet
from service.models import Finding, Inspection
from workflows.findings.facts import Actor


def log_on_sheet(session: Session, new: NewFinding, *, actor: Actor, now: datetime) -> Finding:
    """Log a finding with the sheet that it names, if any, in the round of that sheet.

    Raises `InvalidInput` when the sheet is not about the unit, or the actor may not write on it now, and what `log`
    raises.
    """
    sheet = _writable_sheet(session, new, actor=actor) if new.inspection_id else None
    return log(session, new, actor=actor, now=now, sheet=sheet)


def _writable_sheet(session: Session, new: NewFinding, *, actor: Actor) -> Inspection | None:
    """The sheet, locked; None unless it is about the unit and the actor may write on it now."""
    try:
        sheet = held_sheet(session, new.inspection_id or "", actor=actor)
    except (NotFound, NotAllowed, Conflict):
        return None
    return sheet if sheet.organization_id == new.organization_id else None
