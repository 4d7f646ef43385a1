"""Correcting the text of a finding: who may, and what stood before is kept."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.findings.moves import load
from service.findings.read import seen_finding
from service.models import Finding, Revision
from service.records.facts import facts_of_finding
from workflows.findings.facts import Actor
from workflows.findings.sides import sides_of
from workflows.vocabulary import Side, State

TEXTS = ("summary", "details", "location", "requirement")


def edit(
    session: Session, finding_id: str, texts: Mapping[str, str | None], *, version: int, actor: Actor, now: datetime
) -> Finding:
    """Correct the text of an open finding; the clock is not touched, what stood before is kept.

    Raises `Conflict` («stale_version») when the finding is no longer at `version`.
    """
    finding = seen_finding(session, finding_id, actor=actor, lock=True)
    if finding.round.closed_at is not None:
        raise Conflict("round_closed")
    _may_edit(finding, actor)
    if finding.version != version:
        raise Conflict("stale_version")
    if finding.notified_at and texts.get("requirement", finding.requirement) != finding.requirement:
        raise InvalidInput({"requirement": "already_notified"})  # the unit has it in writing
    for name, text in texts.items():
        before = getattr(finding, name)
        if before != text:
            session.add(
                Revision(finding_id=finding.id, field=name, before=before, revised_at=now, revised_by_id=actor.id)
            )
            setattr(finding, name, text)
    finding.version += 1
    session.flush()
    return load(session, [finding.id])[0]


def _may_edit(finding: Finding, actor: Actor) -> None:
    """Raise unless the actor oversees the open finding, or has logged it and no move has followed."""
    facts = facts_of_finding(finding)
    sides = sides_of(actor, facts)
    own = actor.id == finding.created_by_id and facts.state is State.FOUND
    if Side.OVERSEER not in sides and not own:
        raise NotAllowed("not_yours")
    if facts.closed:
        raise Conflict("wrong_state", state=str(facts.state), allowed_moves=[])
