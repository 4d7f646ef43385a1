"""What somebody was told: rows with the words and the page that they lead to, the list, and what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from api.alerts import alerts_with_texts
from api.console.pages import Pages, done
from api.console.rendering import page, text
from api.http.access import signed_in
from api.http.context import RequestContext
from api.schemas.request_fields import Id, RequestSchema, Several
from service.alerts import inbox
from service.errors import NotFound

pages = Pages("alerts")


class ShownAlerts(RequestSchema):
    """The alerts that a page showed."""

    alert_id = Several(Id())


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert as its reader reads it."""

    alert: Any
    text: str
    address: str | None  # of what it is about; none where there is no page for its reader
    link: str


def alert_rows(context: RequestContext, alerts: Sequence[Any]) -> list[AlertRow]:
    """Alerts as rows of a page."""
    return [
        AlertRow(
            alert=one["alert"],
            text=one["text"],
            address=f"/{one['path']}" if one["path"] else None,
            link=_link(one["alert"], one["path"]),
        )
        for one in alerts_with_texts(context, alerts)
    ]


@pages.get("/alerts")
@signed_in
def alerts(context: RequestContext) -> Response:
    """What the caller was told, the newest first."""
    found = inbox.alerts(context.session, actor=context.actor, cursor=request.args.get("cursor"))
    shown = alert_rows(context, found.items)
    return page(
        "alerts/index.html",
        title=text("page.alerts"),
        alerts=shown,
        unread=[one for one in shown if one.alert.acknowledged_at is None],
        older=f"/alerts?cursor={found.next_cursor}" if found.next_cursor else None,
    )


@pages.post("/alerts/<id:alert_id>/acknowledgement")
@signed_in
def acknowledge(context: RequestContext, alert_id: str) -> Response:
    """Say that one has read it."""
    inbox.acknowledge(context.session, alert_id, actor=context.actor, now=context.now)
    return done("/alerts", "acknowledged")


@pages.post("/alerts/acknowledgement")
@signed_in
def acknowledge_shown(context: RequestContext) -> Response:
    """Say that one has read all that the page showed."""
    try:
        shown = ShownAlerts().load({"alert_id": request.form.getlist("alert_id")})
    except ma.ValidationError as error:  # no page of ours sends such
        raise NotFound("not_found") from error
    for alert_id in shown["alert_id"]:
        inbox.acknowledge(context.session, alert_id, actor=context.actor, now=context.now)
    return done("/alerts", "acknowledged")


def _link(alert: Any, path: str | None) -> str:
    if path is None:
        return ""
    if alert.finding is not None:
        return text("alerts.open", number=alert.finding.number)
    return text(f"alerts.open_{path.split('?')[0].split('/')[0]}")
