"""Sheets over a checklist (督查表、自查表): opened, filled in by several people over several days, closed for good."""

from hashlib import sha256
from typing import Any

from api.findings import IF_MATCH, IF_NONE_MATCH
from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.responses import required_version, single_page
from api.schemas.inspection_answers import AnswersBody, AnswerSchema, RevisionSchema
from api.schemas.inspections import HeadCorrection, InspectionBody, InspectionQuery, InspectionSchema, SheetClosingBody
from api.schemas.response_fields import page_of
from service.findings.new import Settlement
from service.inspections.answer_list import answers_of, revisions_of
from service.inspections.answers import FindingWords, NewAnswer, answer
from service.inspections.closing import Closing, Term, close
from service.inspections.list import InspectionFilter, InspectionView, list_inspections, view_inspection
from service.inspections.opening import NewInspection, correct_head, open_inspection
from service.store.paging import Page

blueprint = Blueprint("inspections", "督查、自查 · sheets over a checklist")
TERM = ("requirement", "deadline", "working_days")


@blueprint.get("/inspections")
@signed_in
@blueprint.arguments(InspectionQuery, location="query")
@blueprint.response(200, page_of(InspectionSchema))
def list_of_inspections(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The sheets that the caller sees, the newest first."""
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    wanted = InspectionFilter(**query)
    return list_inspections(context.session, wanted, actor=context.actor, now=context.now, **paging)


@blueprint.post("/inspections")
@signed_in
@blueprint.arguments(InspectionBody)
@blueprint.response(201, InspectionSchema)
def post_inspection(context: RequestContext, body: dict[str, Any]) -> Any:
    """Open a sheet about a unit; a repeat with the same client_id answers with the first one."""
    new = NewInspection(**body)
    return _shown(context, open_inspection(context.session, new, actor=context.actor, now=context.now).id)


@blueprint.get("/inspections/<id:inspection_id>")
@signed_in
@blueprint.response(200, InspectionSchema)
@blueprint.doc(parameters=[IF_NONE_MATCH], responses={304: {"description": "Nothing has changed"}})
def show_inspection(context: RequestContext, inspection_id: str) -> Any:
    """A sheet: its head, how far it is, and what it has found."""
    return _shown(context, inspection_id)


@blueprint.patch("/inspections/<id:inspection_id>")
@signed_in
@blueprint.arguments(HeadCorrection)
@blueprint.response(200, InspectionSchema)
@blueprint.doc(parameters=[IF_MATCH], responses={412: "PRECONDITION_FAILED", 428: "PRECONDITION_REQUIRED"})
def correct_inspection(context: RequestContext, body: dict[str, Any], inspection_id: str) -> Any:
    """Correct methods, rooms, participants or note; what stood before is kept."""
    correct_head(context.session, inspection_id, body, version=required_version(), actor=context.actor, now=context.now)
    return _shown(context, inspection_id)


@blueprint.get("/inspections/<id:inspection_id>/answers")
@signed_in
@blueprint.response(200, page_of(AnswerSchema))
def list_of_answers(context: RequestContext, inspection_id: str) -> Page[Any]:
    """Every item of the checklist in order, with its answer or not_seen."""
    return single_page(answers_of(context.session, inspection_id, actor=context.actor))


@blueprint.post("/inspections/<id:inspection_id>/answers")
@signed_in
@blueprint.arguments(AnswersBody)
@blueprint.response(200, page_of(AnswerSchema))
def answer_items(context: RequestContext, body: dict[str, Any], inspection_id: str) -> Page[Any]:
    """Answer items, each naming the version seen: 409 with `stale` when somebody else answered one meanwhile.

    «not_in_place» opens a finding, once for each item; `settled` says that it was put right on the spot.
    """
    news = [_new_answer(**one) for one in body["answers"]]
    ids = answer(context.session, inspection_id, news, actor=context.actor, now=context.now)
    return single_page(answers_of(context.session, inspection_id, actor=context.actor, item_ids=ids))


@blueprint.get("/inspections/<id:inspection_id>/revisions")
@signed_in
@blueprint.response(200, page_of(RevisionSchema))
def list_of_revisions(context: RequestContext, inspection_id: str) -> Page[Any]:
    """What answers said before they were given anew, oldest first."""
    return single_page(revisions_of(context.session, inspection_id, actor=context.actor))


@blueprint.post("/inspections/<id:inspection_id>/closing")
@signed_in
@blueprint.arguments(SheetClosingBody)
@blueprint.response(200, InspectionSchema)
def close_inspection(context: RequestContext, body: dict[str, Any], inspection_id: str) -> Any:
    """Close a sheet for good: one rectification notice with all of its findings, and feedback to the unit."""
    terms = [(term.pop("id"), Term(**term)) for term in body.pop("findings", [])]
    for_all = Term(**{name: body.pop(name) for name in TERM if name in body})
    close(
        context.session,
        inspection_id,
        Closing(body.get("summary"), for_all, terms),
        actor=context.actor,
        now=context.now,
    )
    return _shown(context, inspection_id)


def _new_answer(**fields: Any) -> NewAnswer:
    finding, settled = fields.pop("finding", None), fields.pop("settled", None)
    return NewAnswer(
        **fields,
        leave_note="note" not in fields,
        finding=FindingWords(**finding) if finding else None,
        settled=Settlement(**settled) if settled else None,
    )


def _shown(context: RequestContext, inspection_id: str) -> tuple[InspectionView, dict[str, str]]:
    """The sheet with its tag: the version of its head, and a hash of what changes beside it."""
    view = view_inspection(context.session, inspection_id, actor=context.actor, now=context.now)
    beside = (view.light, view.items, sorted(view.answered.items()), view.may_fill)
    findings = [(finding.id, finding.version) for finding in view.findings]
    digest = sha256(repr((beside, findings)).encode()).hexdigest()[:12]
    return view, {"ETag": f'"{view.inspection.version}-{digest}"'}
