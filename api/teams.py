"""Teams with their members and districts."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import request_context
from api.schemas.directory import TeamSchema
from api.schemas.paging import PagingQuery
from api.schemas.shown import page_of
from service.people import directory
from service.store.paging import Page

blueprint = Blueprint("teams", "督查组 · who inspects where, and who is responsible (包干分工)")


@blueprint.get("/teams")
@signed_in
@blueprint.arguments(PagingQuery, location="query")
@blueprint.response(200, page_of(TeamSchema))
def list_of_teams(query: dict[str, Any]) -> Page[Any]:
    """The teams of the open rounds that the caller has to do with, by name."""
    context = request_context()
    page = directory.teams(context.session, actor=context.actor, **query)
    labour = directory.assignments_of(context.session, page.items)
    names = ("id", "round_id", "name", "members")
    shown = [{**{name: getattr(team, name) for name in names}, "assignments": labour[team.id]} for team in page.items]
    return Page(shown, page.next_cursor)
