"""延期: asked for by the unit, decided by the other side."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.findings.moves import open_finding
from service.models import Extension, Finding, new_id
from service.scope import findings_seen
from workflows.findings.attempts import Attempt
from workflows.findings.facts import Actor
from workflows.vocabulary import Move


def ask(
    session: Session, finding_id: str, *, actor: Actor, now: datetime, deadline: datetime, reason: str
) -> Extension:
    """Ask for a later deadline, within the policy's limits; the clock runs on meanwhile."""
    opened = open_finding(session, finding_id, actor=actor, now=now)
    extension_id = new_id()
    attempt = Attempt(Move.ASK_EXTENSION, actor, now, deadline=deadline, extension_id=extension_id)
    opened.try_move(attempt, reason=reason, data={"extension_id": extension_id})
    extension = Extension(
        id=extension_id,
        finding_id=finding_id,
        deadline=deadline,
        reason=reason,
        asked_at=now,
        asked_by_id=actor.id,
    )
    session.add(extension)
    opened.write()
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
) -> Extension:
    """Grant (the deadline asked for, or another) or deny; refused once escalation or closing has ended the request."""
    if deadline and not granted:
        raise InvalidInput({"deadline": "only_when_granted"})
    extension = _seen(session, extension_id, actor)
    opened = open_finding(session, extension.finding_id, actor=actor, now=now)
    (one,) = opened.moved
    until = (deadline or extension.deadline) if granted else None
    move = Move.GRANT_EXTENSION if granted else Move.DENY_EXTENSION
    state, pending = one.facts.state, one.facts.pending_extension_id
    attempt = Attempt(move, actor, now, deadline=until)
    opened.try_move(attempt, reason=comment, data={"extension_id": extension_id})
    if pending != extension_id:  # another request has taken its place
        raise Conflict("no_extension_pending", move=move, state=str(state), allowed_moves=[])
    extension.granted, extension.granted_deadline, extension.comment = granted, until, comment
    extension.decided_at, extension.decided_by_id = now, actor.id
    opened.write()
    return extension


def _seen(session: Session, extension_id: str, actor: Actor) -> Extension:
    query = select(Extension).join(Finding, Extension.finding_id == Finding.id)
    extension = session.scalar(query.where(Extension.id == extension_id, findings_seen(actor)))
    if extension is None:
        raise NotFound("not_found")
    return extension
