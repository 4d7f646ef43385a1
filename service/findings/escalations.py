"""Refusal, escalation by a leader, look-back and withdrawal: moves that need no row of their own."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.findings.moves import move_finding
from service.models import Finding
from workflows.findings.facts import Actor
from workflows.vocabulary import Move


def refuse(session: Session, finding_id: str, *, actor: Actor, now: datetime, reason: str) -> Finding:
    """拒不整改: the overseer records that the unit refuses (notice, part 4, paragraph 3)."""
    return move_finding(session, finding_id, Move.REFUSE, actor=actor, now=now, reason=reason)


def escalate(
    session: Session, finding_id: str, *, actor: Actor, now: datetime, from_level: int, reason: str
) -> Finding:
    """上报: a leader raises the level that he or she saw by one."""
    return move_finding(session, finding_id, Move.ESCALATE, actor=actor, now=now, reason=reason, from_level=from_level)


def reopen(
    session: Session, finding_id: str, *, actor: Actor, now: datetime, reason: str, deadline: datetime
) -> Finding:
    """回头看: it was found again."""
    return move_finding(session, finding_id, Move.REOPEN, actor=actor, now=now, reason=reason, deadline=deadline)


def void(session: Session, finding_id: str, *, actor: Actor, now: datetime, reason: str) -> Finding:
    """Withdraw what was logged by mistake; after notification only the responsible leader may."""
    return move_finding(session, finding_id, Move.VOID, actor=actor, now=now, reason=reason)
