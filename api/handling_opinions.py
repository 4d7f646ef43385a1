"""处理意见 of the leadership team, and 批复 from above."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.moves import move
from api.http.responses import single_page
from api.schemas.handling_opinions import HandlingOpinionBody, HandlingOpinionSchema, ReplyBody, ReplySchema
from api.schemas.response_fields import page_of
from service.findings import handling_opinions
from service.findings.read import handling_opinions_of, seen_finding
from service.store.paging import Page

blueprint = Blueprint("opinions", "处理意见 · what the leadership team orders, and the replies from above")


@blueprint.get("/findings/<id:finding_id>/handling-opinions")
@signed_in
@blueprint.response(200, page_of(HandlingOpinionSchema))
def list_of_opinions(context: RequestContext, finding_id: str) -> Page[Any]:
    """The handling opinions on a finding with their replies, oldest first."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    return single_page(handling_opinions_of(context.session, finding, actor=context.actor))


@move(blueprint, "handling-opinions", HandlingOpinionBody, created=HandlingOpinionSchema)
def opine(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """Record a handling opinion, which reports the finding to bureau and committee; a new deadline sets it anew."""
    return handling_opinions.opine(context.session, finding_id, actor=context.actor, now=context.now, **body)


@blueprint.post("/handling-opinions/<id:opinion_id>/replies")
@signed_in
@blueprint.arguments(ReplyBody)
@blueprint.response(201, ReplySchema)
def reply(context: RequestContext, body: dict[str, Any], opinion_id: str) -> Any:
    """批复 of the education bureau or the committee."""
    return handling_opinions.reply(context.session, opinion_id, actor=context.actor, now=context.now, **body)
