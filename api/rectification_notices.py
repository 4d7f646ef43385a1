"""Rectification notices: issued, listed, received."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.door import Work, work
from api.http.moves import move
from api.schemas.paging import PagingQuery
from api.schemas.rectification_notices import NoticeBody, NoticeReceiptBody, NoticeSchema, NotificationBody, ReceiptBody
from api.schemas.shown import page_of
from service.findings import rectification_notices as notices
from service.findings.rectification_notices import Demand, list_notices, view_notice
from service.store.paging import Page

blueprint = Blueprint("notices", "限期整改通知书 · what has to be put right by when")


@blueprint.get("/rectification-notices")
@signed_in
@blueprint.arguments(PagingQuery, location="query")
@blueprint.response(200, page_of(NoticeSchema))
def list_of_notices(query: dict[str, Any]) -> Page[Any]:
    """The notices of which the caller sees a finding, the newest first."""
    return list_notices(work().session, actor=work().actor, **query)


@blueprint.post("/rectification-notices")
@signed_in
@blueprint.arguments(NoticeBody)
@blueprint.response(201, NoticeSchema)
def issue(body: dict[str, Any]) -> Any:
    """Notify a unit of one or several findings with one numbered notice."""
    at_work = work()
    demands = [Demand(finding_id=demand.pop("id"), **demand) for demand in body["findings"]]
    notice = notices.issue(at_work.session, body["organization_id"], demands, actor=at_work.actor, now=at_work.now)
    return view_notice(at_work.session, notice.id, actor=at_work.actor)


@blueprint.get("/rectification-notices/<id:notice_id>")
@signed_in
@blueprint.response(200, NoticeSchema)
def show_notice(notice_id: str) -> Any:
    """A notice with those of its findings that the caller sees."""
    return view_notice(work().session, notice_id, actor=work().actor)


@blueprint.post("/rectification-notices/<id:notice_id>/receipt")
@signed_in
@blueprint.arguments(NoticeReceiptBody)
@blueprint.response(200, NoticeSchema)
def receive(body: dict[str, Any], notice_id: str) -> Any:
    """签收 of every finding of the notice that is still to be signed for."""
    at_work = work()
    notices.receive(at_work.session, notice_id, actor=at_work.actor, now=at_work.now, **body)
    return view_notice(at_work.session, notice_id, actor=at_work.actor)


@move(blueprint, "notification", NotificationBody)
def notify(at_work: Work, finding_id: str, **body: Any) -> None:
    """A notice of one."""
    notices.notify(at_work.session, Demand(finding_id, **body), actor=at_work.actor, now=at_work.now)


@move(blueprint, "receipt", ReceiptBody)
def begin(at_work: Work, finding_id: str, **body: Any) -> None:
    """签收 of the notice that the finding came with; a unit begins what it found itself with its own deadline."""
    notices.begin(at_work.session, finding_id, actor=at_work.actor, now=at_work.now, signed=at_work.signed, **body)
