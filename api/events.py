"""What happened: the timeline of a finding, and the feed of everything that the caller may see."""

from collections.abc import Mapping
from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.cursors import opened, sealed
from api.http.responses import single_page
from api.schemas.events import EventSchema, FeedQuery
from api.schemas.response_fields import page_of
from service.findings.feed import list_events
from service.findings.read import events_of, seen_finding
from service.scope import data_seen, reason_seen
from service.store.paging import Page

blueprint = Blueprint("events", "事件 · who did what, when and why")


@blueprint.get("/findings/<id:finding_id>/events")
@signed_in
@blueprint.response(200, page_of(EventSchema))
def timeline(context: RequestContext, finding_id: str) -> Page[Any]:
    """The timeline of a finding, oldest first."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    events = events_of(context.session, finding, actor=context.actor)
    return single_page([_event_view(context, event, finding) for event in events])


@blueprint.get("/events")
@signed_in
@blueprint.arguments(FeedQuery, location="query")
@blueprint.response(200, page_of(EventSchema))
def feed_of_events(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """Events after a cursor, which is one's own and opaque, oldest first; keep `next_cursor` to go on at any time."""
    reader = (context.caller.id, resources().settings.secret_keys)
    after = opened(query.get("after"), *reader)
    page = list_events(context.session, actor=context.actor, after=after, limit=query["limit"])
    events = [_event_view(context, event, finding) for event, finding in page.items]
    return Page(events, sealed(page.next_cursor, *reader))


def _event_view(context: RequestContext, event: Any, finding: Any) -> Mapping[str, Any]:
    """An event with as much of its reason and particulars as the caller may know."""
    actor = event.actor
    return {
        "event": event,
        "actor": {"id": actor and actor.id, "name": actor and actor.name, "role": event.actor_role},
        "data": data_seen(context.actor, event.data),
        "reason": reason_seen(context.actor, finding, event.move, event.reason),
    }
