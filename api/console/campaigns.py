"""The five special campaigns: what they have come to, what was done, recorded and corrected by the district office."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from api.campaigns import CONCERNED, with_results
from api.console.attempts import Refused, attempt, refilled, typed
from api.console.lost_words import lost_words, not_taken
from api.console.pages import Pages, done, takes_files
from api.console.queries import asked_for, page_after
from api.console.rendering import page, text
from api.console.stored_files import stored_files
from api.console.typed_text import brings_back
from api.console.uploads import KEPT, handed_in
from api.http.access import only, signed_in
from api.http.context import RequestContext, language
from api.http.transaction import prepared_by
from api.schemas.campaigns import ActionBody, ActionQuery, ActionTexts, CampaignQuery, WithdrawalBody
from service.campaigns.list import CampaignFilter, action_views, list_actions, list_campaigns, seen_action
from service.campaigns.record import NewAction, record_action, revise_action, withdraw_action
from service.errors import existing
from service.wording import word
from workflows.campaigns import may_record
from workflows.vocabulary import CampaignCode, Role

pages = Pages("campaigns")
LISTS = ("departments", "places")
LABELS = {  # what the fields of an action's own page are called
    **{name: f"campaigns.{name}" for name in ("acted_on", "lead_department", "summary", *LISTS)},
    **{f"result_{name}": "campaigns.results" for name in ("name", "value", "unit")},
    "reason": "forms.reason",
}
SPARE = 3  # empty lines for further results
PICTURES = ("image/jpeg", "image/png", "image/webp")  # that every browser shows
Form = MultiDict[str, str]


@pages.get("/campaigns")
@only(*CONCERNED)
def index(context: RequestContext) -> Response:
    """The five with what they have come to, in all and by district."""
    query, errors = asked_for(CampaignQuery)
    found = list_campaigns(context.session, CampaignFilter(**query), actor=context.actor)
    return page(
        "campaigns/index.html",
        status=422 if errors else 200,
        title=text("campaigns.title"),
        campaigns=found,
        districts=[(one.district, place) for place, one in enumerate(found[0].districts)] if found else [],
        most=max((one.total.actions for campaign in found for one in campaign.districts), default=0),
        errors=errors,
    )


@pages.get("/campaigns/<campaign:code>/actions")
@only(*CONCERNED)
def actions(context: RequestContext, code: CampaignCode | None) -> Response:
    """What was done in one of them, the latest day first."""
    return _campaign_page(context, existing(code))


@pages.post("/campaigns/<campaign:code>/actions")
@only(Role.DISTRICT)
@takes_files
@brings_back
@prepared_by(stored_files)
def record(context: RequestContext, code: CampaignCode | None) -> Response:
    """Record an action of one's own district."""
    campaign, files = existing(code), request.form.getlist(KEPT)

    def bring() -> None:
        files[:] = handed_in(context)

    def do() -> None:
        fixed = {"evidence_ids": files, "client_id": request.form.get("client_id") or None}
        body = with_results(ActionBody().load({**action_in(request.form), **fixed}))
        record_action(context.session, NewAction(campaign=campaign, **body), actor=context.actor, now=context.now)

    refused = refilled() or attempt(context, bring) or attempt(context, do)
    if refused:
        return _campaign_page(context, campaign, refused=refused, files=files)
    return done(f"/campaigns/{campaign}/actions", "recorded")


@pages.get("/campaigns/<id:action_id>")
@signed_in
def show(context: RequestContext, action_id: str) -> Response:
    """An action, with its evidence; the office that recorded it may correct or withdraw it."""
    return _action_page(context, action_id)


@pages.post("/campaigns/<id:action_id>")
@signed_in
@brings_back
def revise(context: RequestContext, action_id: str) -> Response:
    """Correct an action; what stood before is kept."""
    version = request.form.get("version", "")

    def do() -> None:
        changes = with_results(ActionTexts().load(action_in(request.form)))
        version_read = int(version) if version.isdecimal() and len(version) < 10 else -1
        options: dict[str, Any] = {"version": version_read, "actor": context.actor, "now": context.now}
        revise_action(context.session, action_id, changes, **options)

    refused = refilled() or attempt(context, do)
    return _action_page(context, action_id, refused=refused) if refused else done(f"/campaigns/{action_id}", "saved")


@pages.post("/campaigns/<id:action_id>/withdrawal")
@signed_in
@brings_back
def withdraw(context: RequestContext, action_id: str) -> Response:
    """Withdraw what was recorded by mistake."""

    def do() -> None:
        reason = request.form.get("reason", "").strip()
        body = WithdrawalBody().load({"reason": reason} if reason else {})
        withdraw_action(context.session, action_id, **body, actor=context.actor, now=context.now)

    refused = refilled() or attempt(context, do)
    if refused:
        return _action_page(context, action_id, refused=refused, withdrawing=True)
    return done(f"/campaigns/{action_id}", "withdrawn")


def action_in(form: Form) -> dict[str, Any]:
    """An action as JSON would have it: departments and places one a line, a result in three fields."""
    texts = {name: form.get(name, "").strip() for name in ("acted_on", "lead_department", "summary")}
    lists = {name: [line.strip() for line in form.get(name, "").splitlines() if line.strip()] for name in LISTS}
    return {**{name: words for name, words in texts.items() if words}, **lists, "results": _results_in(form)}


def _results_in(form: Form) -> list[dict[str, Any]]:
    columns = (form.getlist(f"result_{name}") for name in ("name", "value", "unit"))
    rows = [[cell.strip() for cell in row] for row in zip(*columns, strict=False)]
    return [
        {"name": name, "value": _number(value), "unit": unit or None} for name, value, unit in rows if name or value
    ]


def _number(written: str) -> float | int | str:
    """A figure as JSON has it; what is none stays, and the schema says so."""
    try:
        value = float(written)
    except ValueError:
        return written
    return int(value) if value.is_integer() and len(written) < 15 else value


def _campaign_page(
    context: RequestContext, code: CampaignCode, *, refused: Refused | None = None, files: list[str] | None = None
) -> Response:
    query, errors = asked_for(ActionQuery)
    paging = {name: query.pop(name) for name in ("withdrawn", "cursor", "limit") if name in query}
    found = list_actions(context.session, code, CampaignFilter(**query), actor=context.actor, **paging)
    given = typed(request.form)
    return page(
        "campaigns/actions.html",
        status=refused.status if refused else 422 if errors else 200,
        title=word(code, language()),
        code=code,
        actions=found.items,
        withdrawn=paging.get("withdrawn", False),
        older=page_after(found.next_cursor),
        may_write=context.actor.holds(Role.DISTRICT),
        given=given,
        lines=_lines(given, request.form if refused else Form()),
        client_id=given["client_id"] or token_urlsafe(18),
        refused=refused,
        errors=errors,
        files=files or [],
    )


def _action_page(
    context: RequestContext, action_id: str, *, refused: Refused | None = None, withdrawing: bool = False
) -> Response:
    (view,) = action_views(context.session, [seen_action(context.session, action_id, actor=context.actor)])
    action = view.action
    stands = {
        "acted_on": action.acted_on.isoformat(),
        "lead_department": action.lead_department,
        "summary": action.summary,
        **{name: "\n".join(getattr(action, name)) for name in LISTS},
    }
    again = refused is not None and not withdrawing
    given = typed(stands, request.form if again else {})
    writable = action.withdrawn_at is None and action.round.closed_at is None
    may_write = writable and may_record(context.actor, action.district_id)
    is_lost = refused is not None and not may_write
    return page(
        "campaigns/action.html",
        status=refused.status if refused else 200,
        title=word(action.campaign, language()),
        view=view,
        action=action,
        may_write=may_write,
        lost=lost_words(LABELS, {}) if is_lost else [],
        given=given,
        lines=_lines(given, request.form) if again else _result_lines(action.results),
        refused=not_taken(refused, text("page.refilled_shut")) if refused and is_lost else refused,
        withdrawing=withdrawing,
        reason=request.form.get("reason", ""),
        pictures=PICTURES,
    )


def _lines(given: Mapping[str, str], form: Form) -> list[Mapping[str, Any]]:
    return _result_lines(_results_in(form)) if given else _result_lines([])


def _result_lines(results: Any) -> list[Mapping[str, Any]]:
    """The results, and empty lines for more."""
    return [*results, *[{"name": "", "value": "", "unit": ""}] * SPARE]
