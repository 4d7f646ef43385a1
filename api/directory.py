"""Organizations, teams with their members and districts, and who the caller is."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.schemas.directory import MeSchema, OrganizationQuery, OrganizationSchema, TeamSchema
from api.schemas.paging import PagingQuery
from api.schemas.response_fields import page_of
from service.people import directory
from service.store.paging import Page

organizations = Blueprint("organizations", "机构 · universities, district offices, and those above")
teams = Blueprint("teams", "督查组 · who inspects where, and who is responsible (包干分工)")
caller = Blueprint("me", "Who one is, and what one has to do with")


@organizations.get("/organizations")
@signed_in
@organizations.arguments(OrganizationQuery, location="query")
@organizations.response(200, page_of(OrganizationSchema))
def list_of_organizations(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """One's own organization, those above it and those in one's districts, by name."""
    return directory.organizations(context.session, actor=context.actor, **query)


@teams.get("/teams")
@signed_in
@teams.arguments(PagingQuery, location="query")
@teams.response(200, page_of(TeamSchema))
def list_of_teams(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The teams of the open rounds that the caller has to do with, by name."""
    page = directory.teams(context.session, actor=context.actor, **query)
    assignments = directory.assignments_of(context.session, page.items)
    return Page([{"team": team, "assignments": assignments[team.id]} for team in page.items], page.next_cursor)


@caller.get("/me")
@signed_in
@caller.response(200, MeSchema)
def me(context: RequestContext) -> Any:
    """The caller, and the districts of his or her team, lead or office."""
    person = directory.person_of(context.session, actor=context.actor)
    return {"person": person, "district_ids": sorted(context.actor.district_ids)}
