"""Refusal, escalation, look-back, withdrawal."""

from typing import Any

from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.moves import move
from api.schemas.escalations import EscalationBody, ReasonBody, ReopeningBody
from service.findings import escalations

blueprint = Blueprint("escalations", "上报 · up to those with power, and back")


@move(blueprint, "refusal", ReasonBody)
def refuse(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """拒不整改: the unit refuses to put it right."""
    return escalations.refuse(context.session, finding_id, actor=context.actor, now=context.now, **body)


@move(blueprint, "escalations", EscalationBody)
def escalate(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """上报: raise the level that was seen by one."""
    return escalations.escalate(context.session, finding_id, actor=context.actor, now=context.now, **body)


@move(blueprint, "reopening", ReopeningBody)
def reopen(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """回头看: it was found again."""
    return escalations.reopen(context.session, finding_id, actor=context.actor, now=context.now, **body)


@move(blueprint, "voiding", ReasonBody)
def void(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """Withdraw what was logged by mistake; it is kept, and hidden from lists."""
    return escalations.void(context.session, finding_id, actor=context.actor, now=context.now, **body)
