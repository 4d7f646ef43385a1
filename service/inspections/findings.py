"""Findings that are logged with an inspection, which stays locked meanwhile."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed, NotFound
from service.findings.log import NewFinding, log
from service.inspections.locking import locked_inspection
from service.models import Finding, Inspection
from workflows.findings.facts import Actor


def log_on_inspection(session: Session, new: NewFinding, *, actor: Actor, now: datetime) -> Finding:
    """Log a finding with the inspection that it names, if any, in the round of that inspection.

    Raises what `log` raises, and `InvalidInput` when the inspection is not about the unit or the actor may not write
    on it now.
    """
    lock = partial(_writable_inspection, session, new, actor=actor) if new.inspection_id else None
    return log(session, new, actor=actor, now=now, lock_inspection=lock)


def _writable_inspection(session: Session, new: NewFinding, *, actor: Actor) -> Inspection | None:
    """The inspection, locked; None unless it is about the unit and the actor may write on it now."""
    try:
        inspection = locked_inspection(session, new.inspection_id or "", actor=actor)
    except (NotFound, NotAllowed, Conflict):
        return None
    return inspection if inspection.organization_id == new.organization_id else None
