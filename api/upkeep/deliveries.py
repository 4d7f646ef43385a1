"""邮件投递: what was not sent, for administrators: listed, sent again, dropped with a reason."""

from typing import Any

from api.http.access import only
from api.http.blueprint import Blueprint, json_body
from api.http.context import RequestContext, language, resources
from api.http.security_notes import note
from api.http.transaction import prepared_by
from api.schemas.request_fields import Nothing
from api.schemas.response_fields import page_of
from api.schemas.upkeep import DeliveryQuery, DeliverySchema, DroppingBody, TrialBody, TrialSchema
from service.alerts.channels import channels
from service.alerts.hold.unsent import drop, send_again, state_of, unsent_deliveries
from service.alerts.trial import TrialOutcome, send_trial
from service.people.addresses import address_of
from service.people.organizations import centre_name
from service.store.paging import Page
from workflows.security import SecurityKind
from workflows.vocabulary import Role

blueprint = Blueprint("deliveries", "邮件投递 · mails that wait or were given up")


@blueprint.get("/deliveries")
@only(Role.ADMIN)
@blueprint.arguments(DeliveryQuery, location="query")
@blueprint.response(200, page_of(DeliverySchema))
def list_of_deliveries(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """What waits to be sent or was given up within 14 days, the oldest first."""
    return page_of_unsent(context, **query)


def page_of_unsent(context: RequestContext, **query: Any) -> Page[Any]:
    """A page of it, each with its state and its reader."""
    page = unsent_deliveries(context.session, actor=context.actor, now=context.now, **query)
    return Page([_viewed(one) for one in page.items], page.next_cursor)


def _trial(context: RequestContext) -> TrialOutcome | None:
    """The trial of a body that is one; None otherwise, and the route says what is wrong."""
    body = json_body(TrialBody())
    return trial_sent(context, body["address"]) if body else None


@blueprint.post("/deliveries/trials")
@only(Role.ADMIN)
@prepared_by(_trial)
@blueprint.arguments(TrialBody)
@blueprint.response(200, TrialSchema)
def try_mail(context: RequestContext, _body: dict[str, Any]) -> Any:
    """Send a trial mail at once as configured, past every queue, and say what came of it; on record."""
    outcome: TrialOutcome = context.prepared
    note_trial(context, outcome)
    return {"sent": outcome.was_sent, "detail": outcome.sentence(language())}


def trial_sent(context: RequestContext, address: str) -> TrialOutcome:
    """What became of a trial mail; no transaction is open while it is sent."""
    office = centre_name(context.session)
    context.session.rollback()
    return send_trial(channels(resources().settings), address, office=office, now=context.now)


def note_trial(context: RequestContext, outcome: TrialOutcome) -> None:
    """Put on record that somebody has tried."""
    note(context, SecurityKind.UPKEEP, data={"act": "trial_mail", "result": outcome.code})


@blueprint.post("/deliveries/<id:delivery_id>/retry")
@only(Role.ADMIN)
@blueprint.arguments(Nothing)
@blueprint.response(204, None)
def retry(context: RequestContext, _body: dict[str, Any], delivery_id: str) -> None:
    """Send it at once, whatever became of it, on record; 409 while it is just being sent."""
    send_again(context.session, [delivery_id], actor=context.actor, now=context.now)


@blueprint.post("/deliveries/<id:delivery_id>/dropping")
@only(Role.ADMIN)
@blueprint.arguments(DroppingBody)
@blueprint.response(204, None)
def drop_delivery(context: RequestContext, body: dict[str, Any], delivery_id: str) -> None:
    """Never send it, for a reason, on record; its reader still finds the alerts after signing in."""
    drop(context.session, [delivery_id], actor=context.actor, now=context.now, reason=body["reason"])


def _viewed(delivery: Any) -> dict[str, Any]:
    person = delivery.message.person
    return {
        "delivery": delivery,
        "state": state_of(delivery),
        "person": person,
        "address": address_of(person, delivery.channel),
        "created_at": delivery.message.created_at,
        "error": delivery.last_error,
    }
