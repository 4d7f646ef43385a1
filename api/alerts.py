"""提醒: the caller's alerts, their acknowledgement, and whether anything is sent at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.http.access import only, signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, language
from api.schemas.alerts import AlertQuery, AlertSchema, HoldSchema, ReleaseBody, ReleasedSchema
from api.schemas.request_fields import Nothing
from api.schemas.response_fields import page_of
from service.alerts import inbox
from service.alerts.hold.hold import hold_in_force
from service.alerts.hold.releasing import Released, release
from service.alerts.texts import in_words
from service.store.paging import Page
from workflows.vocabulary import Role

blueprint = Blueprint("alerts", "提醒 · what one was told, and that one has read it")


@blueprint.get("/alerts")
@signed_in
@blueprint.arguments(AlertQuery, location="query")
@blueprint.response(200, page_of(AlertSchema))
def list_of_alerts(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The caller's alerts, the newest first."""
    page = inbox.alerts(context.session, actor=context.actor, **query)
    return Page(alerts_with_texts(context, page.items), page.next_cursor)


@blueprint.post("/alerts/<id:alert_id>/acknowledgement")
@signed_in
@blueprint.arguments(Nothing)
@blueprint.response(200, AlertSchema)
def acknowledge(context: RequestContext, _body: dict[str, Any], alert_id: str) -> Any:
    """Say that one has read it; doing so again changes nothing."""
    (alert,) = alerts_with_texts(
        context, [inbox.acknowledge(context.session, alert_id, actor=context.actor, now=context.now)]
    )
    return alert


@blueprint.get("/hold")
@signed_in
@blueprint.response(200, HoldSchema)
def show_hold(context: RequestContext) -> Any:
    """Whether messages are held back, as after a restore: then nobody hears of anything outside the inbox."""
    held = hold_in_force(context.session)
    return {"since": held.since, "made_at": held.data.get("made_at")} if held else {"since": None, "made_at": None}


@blueprint.post("/hold/release")
@only(Role.ADMIN)
@blueprint.arguments(ReleaseBody)
@blueprint.response(200, ReleasedSchema)
def release_hold(context: RequestContext, body: dict[str, Any]) -> Released:
    """Send messages again: what was due until `sent_until` counts as sent, all else goes out."""
    return release(context.session, **body, actor=context.actor, now=context.now)


def alerts_with_texts(context: RequestContext, alerts: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Alerts, each with its text in the caller's language, and the path of the page that it leads to, if any."""
    said = in_words(context.session, [alert.id for alert in alerts], language())
    return [{"alert": alert, "text": said[alert.id].text, "path": said[alert.id].path} for alert in alerts]
