"""Organizations, teams with their members and districts, and who the caller is."""

from typing import Any

from api.http.access import only, signed_in, signed_in_before
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.people import changes_page
from api.schemas.directory import (
    MergerBody,
    MeSchema,
    OrganizationBody,
    OrganizationChanges,
    OrganizationQuery,
    OrganizationSchema,
    TeamSchema,
)
from api.schemas.paging import PagingQuery
from api.schemas.people import ChangeReasonBody, ChangeSchema
from api.schemas.response_fields import page_of
from service.people import directory, mergers
from service.people.organizations import add_on_record, rename_or_move
from service.store.paging import Page
from workflows.credentials import NextStep
from workflows.journal import SubjectKind
from workflows.vocabulary import Role

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


@organizations.post("/organizations")
@only(Role.ADMIN)
@organizations.arguments(OrganizationBody)
@organizations.response(201, OrganizationSchema)
def add_organization(context: RequestContext, body: dict[str, Any]) -> Any:
    """Add an organization."""
    return add_on_record(context.session, **body, actor=context.actor, now=context.now)


@organizations.patch("/organizations/<id:organization_id>")
@only(Role.ADMIN)
@organizations.arguments(OrganizationChanges)
@organizations.response(200, OrganizationSchema)
def change_organization(context: RequestContext, body: dict[str, Any], organization_id: str) -> Any:
    """Rename an organization, or put a university under another district office, with what is open of it."""
    return rename_or_move(context.session, organization_id, **body, actor=context.actor, now=context.now)


@organizations.get("/organizations/<id:organization_id>/changes")
@only(Role.ADMIN)
@organizations.arguments(PagingQuery, location="query")
@organizations.response(200, page_of(ChangeSchema))
def list_of_organization_changes(context: RequestContext, query: dict[str, Any], organization_id: str) -> Page[Any]:
    """What has changed of an organization, the newest first."""
    return changes_page(context, SubjectKind.ORGANIZATION, organization_id, query)


@organizations.post("/organizations/<id:organization_id>/closing")
@only(Role.ADMIN)
@organizations.arguments(ChangeReasonBody)
@organizations.response(200, OrganizationSchema)
def close_organization(context: RequestContext, body: dict[str, Any], organization_id: str) -> Any:
    """Close an organization: nothing new, no more reports; refused while findings of it are open."""
    closing = mergers.close_organization
    return closing(context.session, organization_id, **body, actor=context.actor, now=context.now)


@organizations.post("/organizations/<id:organization_id>/opening")
@only(Role.ADMIN)
@organizations.arguments(ChangeReasonBody)
@organizations.response(200, OrganizationSchema)
def open_organization(context: RequestContext, body: dict[str, Any], organization_id: str) -> Any:
    """Open a closed organization again."""
    return mergers.open_organization(context.session, organization_id, **body, actor=context.actor, now=context.now)


@organizations.post("/organizations/<id:organization_id>/merger")
@only(Role.ADMIN)
@organizations.arguments(MergerBody)
@organizations.response(200, OrganizationSchema)
def merge_organization(context: RequestContext, body: dict[str, Any], organization_id: str) -> Any:
    """Let it become part of another, which is answered: findings, sheets, evidence and people follow, on record."""
    return mergers.merge_organizations(context.session, organization_id, **body, actor=context.actor, now=context.now)


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
@signed_in_before(NextStep.CHANGE_PASSWORD, NextStep.SET_UP_SECOND_FACTOR)
@caller.response(200, MeSchema)
def me(context: RequestContext) -> Any:
    """The caller, his or her posts, and the districts of team, lead or office."""
    person = directory.person_of(context.session, actor=context.actor)
    main = {"role": person.role, "organization": person.organization}
    further = person.posts if context.actor.others else ()  # most have none, and nothing is asked to be told so
    return {"person": person, "posts": [main, *further], "district_ids": sorted(context.actor.district_ids)}
