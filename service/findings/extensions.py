"""延期: asked for by the unit, decided by the other side."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, existing
from service.findings.moves import open_finding
from service.models import Extension, Finding, new_id
from service.scope import findings_seen
from workflows.findings.facts import Actor
from workflows.vocabulary import Move


def ask(
    session: Session, finding_id: str, *, actor: Actor, now: datetime, deadline: datetime, reason: str
) -> Extension:
    """Ask for a later deadline, within the policy's limits; the clock runs on meanwhile."""
    finding = open_finding(session, finding_id, actor=actor, now=now)
    extension = Extension(
        id=new_id(), finding_id=finding_id, deadline=deadline, reason=reason, asked_at=now, asked_by_id=actor.id
    )
    finding.move(
        Move.ASK_EXTENSION,
        reason=reason,
        deadline=deadline,
        extension_id=extension.id,
        data={"extension_id": extension.id},
    )
    session.add(extension)
    finding.write()
    return extension


def decide(
    session: Session,
    extension_id: str,
    *,
    actor: Actor,
    now: datetime,
    granted: bool,
    comment: str,
    deadline: datetime | None = None,
) -> Finding:
    """Grant (the deadline asked for, or another) or deny; returns the finding.

    Raises `Conflict` once escalation, closing or another request has ended this one, `InvalidInput` for a deadline
    that comes with a denial.
    """
    if deadline and not granted:
        raise InvalidInput({"deadline": "only_when_granted"})
    query = select(Extension).join(Finding, Extension.finding_id == Finding.id)
    extension = existing(session.scalar(query.where(Extension.id == extension_id, findings_seen(actor))))
    finding = open_finding(session, extension.finding_id, actor=actor, now=now)
    until = (deadline or extension.deadline) if granted else None
    move = Move.GRANT_EXTENSION if granted else Move.DENY_EXTENSION
    state, pending = finding.facts.state, finding.facts.pending_extension_id
    finding.move(move, reason=comment, deadline=until, data={"extension_id": extension_id})
    if pending != extension_id:  # another request has taken its place
        raise Conflict("no_extension_pending", move=move, state=str(state), allowed_moves=[])
    extension.granted, extension.granted_deadline, extension.comment = granted, until, comment
    extension.decided_at, extension.decided_by_id = now, actor.id
    return finding.write()
