"""安全日志: who came in and went, whose rights changed, what was taken out, and what was refused."""

from typing import Any

from api.http.access import only
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.cursors import opened, sealed
from api.http.security_notes import note
from api.schemas.response_fields import page_of
from api.schemas.security_log import SecurityEntrySchema, SecurityLogQuery
from service.security_log.list import SecurityFilter, security_entries
from service.store.paging import Page
from workflows.security import READERS, SecurityKind

blueprint = Blueprint("security-log", "安全日志 · sign-ins, rights, exports and refusals")


@blueprint.get("/security-log")
@only(*READERS)
@blueprint.arguments(SecurityLogQuery, location="query")
@blueprint.response(200, page_of(SecurityEntrySchema))
def list_of_security_entries(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The security log, the newest first. That it was read is on record as well."""
    reader = (context.caller.id, resources().settings.secret_keys)
    cursor, limit = opened(query.pop("cursor", None), *reader, field="cursor"), query.pop("limit")
    page = security_entries(context.session, SecurityFilter(**query), cursor=cursor, limit=limit)
    note(context, SecurityKind.LOG_READ, data={"filters": sorted(query)})
    return Page(page.items, sealed(page.next_cursor, *reader))
