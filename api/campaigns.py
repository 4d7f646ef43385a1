"""五个专项行动: what the districts have done, and what it has come to."""

from collections.abc import Mapping
from typing import Any

from api.findings import IF_MATCH, IF_NONE_MATCH
from api.http.access import only, signed_in
from api.http.blueprint import Blueprint
from api.http.context import LANGUAGES, RequestContext
from api.http.responses import required_version, single_page
from api.schemas.campaigns import (
    ActionBody,
    ActionQuery,
    ActionSchema,
    ActionTexts,
    CampaignQuery,
    CampaignSchema,
    WithdrawalBody,
)
from api.schemas.response_fields import page_of
from service.campaigns.list import ActionView, CampaignFilter, action_views, list_actions, list_campaigns, seen_action
from service.campaigns.record import NewAction, record_action, revise_action, withdraw_action
from service.errors import existing
from service.store.paging import Page
from service.wording import word
from workflows.campaigns import Result
from workflows.vocabulary import CENTRE_ROLES, CampaignCode, Role

blueprint = Blueprint("campaigns", "五个专项行动 · what was done against what endangers the exam, and its results")
CONCERNED = (*CENTRE_ROLES, Role.DISTRICT)


@blueprint.get("/campaigns")
@only(*CONCERNED)
@blueprint.arguments(CampaignQuery, location="query")
@blueprint.response(200, page_of(CampaignSchema))
def list_of_campaigns(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The five, each with its actions counted and its results added up: in all, by district and by week."""
    found = list_campaigns(context.session, CampaignFilter(**query), actor=context.actor)
    names = {code: {language: word(code, language) for language in LANGUAGES} for code in CampaignCode}
    return single_page([{"campaign": one, "name": names[one.code]} for one in found])


@blueprint.get("/campaigns/<campaign:code>/actions")
@only(*CONCERNED)
@blueprint.arguments(ActionQuery, location="query")
@blueprint.response(200, page_of(ActionSchema))
def list_of_actions(context: RequestContext, query: dict[str, Any], code: CampaignCode | None) -> Page[Any]:
    """The actions of a campaign that the caller sees, the latest day first; withdrawn ones only when asked for."""
    paging = {name: query.pop(name) for name in ("withdrawn", "cursor", "limit") if name in query}
    return list_actions(context.session, existing(code), CampaignFilter(**query), actor=context.actor, **paging)


@blueprint.post("/campaigns/<campaign:code>/actions")
@only(Role.DISTRICT)
@blueprint.arguments(ActionBody)
@blueprint.response(201, ActionSchema)
def record(context: RequestContext, body: dict[str, Any], code: CampaignCode | None) -> Any:
    """Record an action of one's own district; a repeat with the same client_id answers with the first one."""
    new = NewAction(campaign=existing(code), **with_results(body))
    return _tagged(context, record_action(context.session, new, actor=context.actor, now=context.now))


@blueprint.get("/campaign-actions/<id:action_id>")
@signed_in
@blueprint.response(200, ActionSchema)
@blueprint.doc(parameters=[IF_NONE_MATCH], responses={304: {"description": "Nothing has changed"}})
def show(context: RequestContext, action_id: str) -> Any:
    """An action, with its evidence."""
    return _tagged(context, seen_action(context.session, action_id, actor=context.actor))


@blueprint.patch("/campaign-actions/<id:action_id>")
@signed_in
@blueprint.arguments(ActionTexts)
@blueprint.response(200, ActionSchema)
@blueprint.doc(parameters=[IF_MATCH], responses={412: "PRECONDITION_FAILED", 428: "PRECONDITION_REQUIRED"})
def revise(context: RequestContext, body: dict[str, Any], action_id: str) -> Any:
    """Correct an action; what stood before is kept."""
    changes = with_results(body)
    action = revise_action(
        context.session,
        action_id,
        changes,
        version=required_version(),
        actor=context.actor,
        now=context.now,
    )
    return _tagged(context, action)


@blueprint.post("/campaign-actions/<id:action_id>/withdrawal")
@signed_in
@blueprint.arguments(WithdrawalBody)
@blueprint.response(200, ActionSchema)
def withdraw(context: RequestContext, body: dict[str, Any], action_id: str) -> Any:
    """Withdraw what was recorded by mistake: it is kept, and counts no longer."""
    return _tagged(context, withdraw_action(context.session, action_id, **body, actor=context.actor, now=context.now))


def _tagged(context: RequestContext, action: Any) -> tuple[ActionView, dict[str, str]]:
    (view,) = action_views(context.session, [action])
    return view, {"ETag": f'"{action.version}"'}


def with_results(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its results, if it has any, as the use cases take them."""
    results = {"results": [Result(**one) for one in body["results"]]} if "results" in body else {}
    return {**body, **results}
