"""Refusal, escalation, look-back, withdrawal."""

from typing import Any

from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.moves import move
from api.schemas.escalations import EscalationBody, ReasonBody, ReopeningBody
from service.findings import escalations

blueprint = Blueprint("escalations", "上报 · up to those with power, and back")


@move(blueprint, "refusal", ReasonBody)
def refuse(context: RequestContext, finding_id: str, **body: Any) -> None:
    """拒不整改: the unit refuses to put it right."""
    escalations.refuse(context.session, finding_id, actor=context.actor, now=context.now, **body)


@move(blueprint, "escalations", EscalationBody)
def escalate(context: RequestContext, finding_id: str, **body: Any) -> None:
    """上报: raise the level that was seen by one."""
    escalations.escalate(context.session, finding_id, actor=context.actor, now=context.now, **body)


@move(blueprint, "reopening", ReopeningBody)
def reopen(context: RequestContext, finding_id: str, **body: Any) -> None:
    """回头看: it was found again."""
    escalations.reopen(context.session, finding_id, actor=context.actor, now=context.now, **body)


@move(blueprint, "voiding", ReasonBody)
def void(context: RequestContext, finding_id: str, **body: Any) -> None:
    """Withdraw what was logged by mistake; it is kept, and hidden from lists."""
    escalations.void(context.session, finding_id, actor=context.actor, now=context.now, **body)
