"""The notice's checklists."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.schemas.checklists import ChecklistQuery, ChecklistSchema, FullChecklistSchema
from api.schemas.response_fields import page_of
from service.checklists.checklists import ChecklistView, list_checklists, view_checklist
from service.store.paging import Page

blueprint = Blueprint(
    "checklists", "督查表 · what a notice asks of universities (annex 1) and district offices (annex 2)"
)


@blueprint.get("/checklists")
@signed_in
@blueprint.arguments(ChecklistQuery, location="query")
@blueprint.response(200, page_of(ChecklistSchema))
def list_of_checklists(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The checklists of all rounds or of one, by annex."""
    return list_checklists(context.session, **query)


@blueprint.get("/checklists/<id:checklist_id>")
@signed_in
@blueprint.response(200, FullChecklistSchema)
def one_checklist(context: RequestContext, checklist_id: str) -> ChecklistView:
    """One checklist with its items, each with the day by which it has to be in place."""
    return view_checklist(context.session, checklist_id)
