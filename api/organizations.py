"""Organizations that the caller has to do with."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import request_context
from api.schemas.directory import OrganizationQuery, OrganizationSchema
from api.schemas.shown import page_of
from service.people import directory
from service.store.paging import Page

blueprint = Blueprint("organizations", "机构 · universities, district offices, and those above")


@blueprint.get("/organizations")
@signed_in
@blueprint.arguments(OrganizationQuery, location="query")
@blueprint.response(200, page_of(OrganizationSchema))
def list_of_organizations(query: dict[str, Any]) -> Page[Any]:
    """One's own organization, those above it and those in one's districts, by name."""
    context = request_context()
    return directory.organizations(context.session, actor=context.actor, **query)
