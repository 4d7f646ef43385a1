"""存为常用的筛选: lists of findings that the caller comes back to, each under a name."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.responses import single_page
from api.schemas.response_fields import page_of
from api.schemas.saved_filters import SavedFilterBody, SavedFilterChanges, SavedFilterSchema
from service.people.saved_filters.saved_filters import change_filter, delete_filter, save_filter, saved_filters
from service.store.paging import Page

blueprint = Blueprint("saved-filters", "常用筛选 · lists of findings that one comes back to")


@blueprint.get("/me/finding-filters")
@signed_in
@blueprint.response(200, page_of(SavedFilterSchema))
def list_of_filters(context: RequestContext) -> Page[Any]:
    """One's own saved filters by name; what the list no longer takes is marked."""
    return single_page(saved_filters(context.session, actor=context.actor))


@blueprint.post("/me/finding-filters")
@signed_in
@blueprint.arguments(SavedFilterBody)
@blueprint.response(201, SavedFilterSchema)
def save(context: RequestContext, body: dict[str, Any]) -> Any:
    """Save a query of `GET /findings` under a name of one's own, 20 at most."""
    return save_filter(context.session, actor=context.actor, now=context.now, **body)


@blueprint.patch("/me/finding-filters/<id:filter_id>")
@signed_in
@blueprint.arguments(SavedFilterChanges)
@blueprint.response(200, SavedFilterSchema)
def change(context: RequestContext, body: dict[str, Any], filter_id: str) -> Any:
    """Give it another name or query, or let one's list open with it."""
    return change_filter(context.session, filter_id, actor=context.actor, **body)


@blueprint.delete("/me/finding-filters/<id:filter_id>")
@signed_in
@blueprint.response(204)
def delete(context: RequestContext, filter_id: str) -> None:
    """Take it away."""
    delete_filter(context.session, filter_id, actor=context.actor)
