"""One act on many findings: chosen in the list, one form, and a result for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from api.console.act_words import hints_for_all, what_follows
from api.console.acts import acts
from api.console.forms import body_of, errors_by_field, fields_of
from api.console.once import note_as_sent, was_sent_before
from api.console.pages import Pages, done
from api.console.rendering import page, text
from api.http.access import signed_in
from api.http.context import RequestContext, language
from api.http.moves import REGISTERED, move_many
from api.schemas.bulk import MOST
from api.schemas.request_fields import Id, RequestSchema, Several
from service.errors import NotFound
from service.findings.list import findings_of
from service.findings.view import FindingView, view_findings

pages = Pages("bulk")
FOR_MANY = (  # acts that the same words can be said of
    *("receipt", "notification", "reviews", "handling-opinions", "extensions", "refusal", "reopening", "voiding"),
)
OF_ONE = ("submission_id", "evidence_ids", "from_level")  # fields that are about one finding


class Chosen(RequestSchema):
    """The findings that were ticked."""

    ids = Several(Id(), least=1)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one: why not, where it was refused."""

    view: FindingView
    refused: str | None


def acts_on(views: Sequence[FindingView]) -> list[tuple[str, str]]:
    """The acts that somebody may do on one of these at least: address and words."""
    allowed = {move for view in views for move in view.allowed_moves}
    return [(name, text(f"acts.{name}")) for name in FOR_MANY if acts()[name].moves & allowed]


@pages.get("/findings/bulk/<act>")
@signed_in
def ask(context: RequestContext, act: str) -> Response:
    """The findings that were chosen, and what the act asks for; where none was, the list says so."""
    name = _act(act)
    return _form(context, name, _chosen(context)) if request.args.get("ids") else _none_chosen()


@pages.post("/findings/bulk/<act>")
@signed_in
def act_on_many(context: RequestContext, act: str) -> Response:
    """Do it on each; those that were refused stand on top and are still chosen."""
    name = _act(act)
    if not request.form.get("ids"):
        return _none_chosen()
    views = _chosen(context)
    if was_sent_before(context):
        return done("/findings")
    try:
        body = body_of(acts()[name].body, request.form)
    except ma.ValidationError as error:
        return _form(context, name, views, status=422, errors=errors_by_field(error, language()))
    ids = [view.finding.id for view in views]
    results = {one["id"]: one for one in move_many(context, REGISTERED[name], ids=ids, **body)}
    note_as_sent(context)
    shown = [
        Result(results[view.finding.id].get("finding", view), _why_not(results[view.finding.id])) for view in views
    ]
    refused = [one for one in shown if one.refused]
    return page(
        "findings/bulk_done.html",
        title=text("findings.bulk_done", act=text(f"acts.{name}")),
        act=name,
        label=text(f"acts.{name}"),
        refused=refused,
        moved=[one for one in shown if not one.refused],
    )


def _none_chosen() -> Response:
    """Back to the list, with the filters that it had."""
    came_from = urlsplit(request.referrer or "")
    return done(f"/findings?{came_from.query}" if came_from.path == "/findings" else "/findings", "none_chosen")


def _form(
    context: RequestContext,
    act: str,
    views: Sequence[FindingView],
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    able = [view for view in views if acts()[act].moves & set(view.allowed_moves)]
    hints = hints_for_all(act, able or views, now=context.now)
    fields = fields_of(acts()[act].body, act, given=request.form, errors=errors or {}, hidden={}, hints=hints)
    return page(
        "findings/bulk.html",
        status=status,
        title=text("findings.bulk", act=text(f"acts.{act}"), count=len(views)),
        act=act,
        label=text(f"acts.{act}"),
        sees=what_follows(act, able or views),
        views=views,
        unable=len(views) - len(able),
        fields=[field for field in fields if field.name not in OF_ONE],
        once=token_urlsafe(18),
    )


def _act(act: str) -> str:
    if act not in FOR_MANY:
        raise NotFound("not_found")
    return act


def _chosen(context: RequestContext) -> list[FindingView]:
    """The chosen findings that the caller sees, by number; raises `NotFound` when there is none."""
    try:
        ids = Chosen().load({"ids": request.values.getlist("ids")[:MOST]})["ids"]
    except ma.ValidationError as error:  # no page of ours sends such
        raise NotFound("not_found") from error
    found = findings_of(context.session, ids, actor=context.actor)
    if not found:
        raise NotFound("not_found")
    return view_findings(context.session, found, actor=context.actor, now=context.now)


def _why_not(result: dict[str, Any]) -> str | None:
    problem = result.get("problem")
    if problem is None:
        return None
    errors = [sentence for sentences in problem.get("errors", {}).values() for sentence in sentences]
    return "".join(errors) or str(problem["detail"])
