"""Rectification notices: issued, listed, received."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.moves import move
from api.schemas.paging import PagingQuery
from api.schemas.rectification_notices import NoticeBody, NoticeReceiptBody, NoticeSchema, NotificationBody, ReceiptBody
from api.schemas.response_fields import page_of
from service.findings import rectification_notices
from service.findings.rectification_notices import Demand, list_notices, view_notice
from service.store.paging import Page

blueprint = Blueprint("notices", "限期整改通知书 · what has to be put right by when")


@blueprint.get("/rectification-notices")
@signed_in
@blueprint.arguments(PagingQuery, location="query")
@blueprint.response(200, page_of(NoticeSchema))
def list_of_notices(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The notices of which the caller sees a finding, the newest first."""
    return list_notices(context.session, actor=context.actor, **query)


@blueprint.post("/rectification-notices")
@signed_in
@blueprint.arguments(NoticeBody)
@blueprint.response(201, NoticeSchema)
def issue(context: RequestContext, body: dict[str, Any]) -> Any:
    """Notify a unit of one or several findings with one numbered notice."""
    demands = [Demand(finding_id=demand.pop("id"), **demand) for demand in body["findings"]]
    notice = rectification_notices.issue(
        context.session, body["organization_id"], demands, actor=context.actor, now=context.now
    )
    return view_notice(context.session, notice.id, actor=context.actor)


@blueprint.get("/rectification-notices/<id:notice_id>")
@signed_in
@blueprint.response(200, NoticeSchema)
def show_notice(context: RequestContext, notice_id: str) -> Any:
    """A notice with those of its findings that the caller sees."""
    return view_notice(context.session, notice_id, actor=context.actor)


@blueprint.post("/rectification-notices/<id:notice_id>/receipt")
@signed_in
@blueprint.arguments(NoticeReceiptBody)
@blueprint.response(200, NoticeSchema)
def receive(context: RequestContext, body: dict[str, Any], notice_id: str) -> Any:
    """签收 of every finding of the notice that is still to be signed for."""
    rectification_notices.receive(context.session, notice_id, actor=context.actor, now=context.now, **body)
    return view_notice(context.session, notice_id, actor=context.actor)


@move(blueprint, "notification", NotificationBody)
def notify(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """A notice of one."""
    return rectification_notices.notify(
        context.session, Demand(finding_id, **body), actor=context.actor, now=context.now
    )


@move(blueprint, "receipt", ReceiptBody)
def begin(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """签收 of the notice that the finding came with; a unit begins what it found itself with its own deadline."""
    return rectification_notices.begin(
        context.session, finding_id, actor=context.actor, now=context.now, received=context.received_notices, **body
    )
