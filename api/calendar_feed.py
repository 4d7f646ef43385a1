"""The address of one's own calendar, and the calendar behind it."""

import hashlib
from typing import Any

import flask
from flask import Response, current_app, request

from api.http.access import public, signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.limits import limit_calendar
from api.http.transaction import in_one_transaction, repeats_itself
from api.schemas.accounts import CalendarAddressSchema
from service.calendar_feed import calendar_of, close_feed, new_address, open_feed
from service.store.idempotency import FIELD

blueprint = Blueprint("calendars", "日程订阅 · deadlines, report dates and exam days in one's own calendar program")
feeds = flask.Blueprint("calendar", __name__)  # outside of /api/v1
SHORT = 300  # seconds that a program need not ask again


@blueprint.post("/me/calendar")
@signed_in
@repeats_itself
@blueprint.response(201, CalendarAddressSchema)
def open_(context: RequestContext) -> Any:
    """A new address of one's calendar, shown this once; the one before is revoked, as any is with a new password."""
    settings = resources().settings
    address = new_address(settings.secret_key, context.caller.id, request.headers.get(FIELD))
    expires_at = open_feed(context.session, address, actor=context.actor, now=context.now)
    return {"url": f"{settings.base_url}/calendar/{address}.ics", "expires_at": expires_at}


@blueprint.delete("/me/calendar")
@signed_in
@blueprint.response(204, None)
def close(context: RequestContext) -> None:
    """Revoke the address of one's calendar."""
    close_feed(context.session, actor=context.actor, now=context.now)


@public
def feed(context: RequestContext, address: str) -> Response:
    """The calendar; the address alone opens it."""
    limit_calendar()
    content = calendar_of(context.session, address, base_url=resources().settings.base_url, now=context.now)
    answer = current_app.response_class(content, mimetype="text/calendar")
    answer.set_etag(hashlib.sha256(content).hexdigest())
    answer.headers["Cache-Control"] = f"private, max-age={SHORT}"
    answer.headers["Content-Disposition"] = 'inline; filename="duban.ics"'
    return answer


feeds.add_url_rule("/calendar/<address>.ics", "feed", in_one_transaction(feed))
