"""Capture: a finding logged where it is seen, by a form that works without a script, or by what a device has kept."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import current_app, request
from werkzeug.wrappers import Response

from api import findings, rectification_notices
from api.console.capture_form import KEPT, CaptureBody, Tried, capture_page
from api.console.forms import body_of, errors_by_field
from api.console.outbox import require_sender
from api.console.pages import REFILL, Pages, asks_for_json, done, takes_files
from api.console.rendering import has_text, page, text
from api.console.stored_files import FILES, stored_files
from api.console.typed_text import brings_back
from api.http.access import only, signed_in
from api.http.context import RequestContext, language, resources
from api.http.problems import Refusal, problem_of, status_of
from api.http.transaction import prepared_by
from api.schemas.rectification_notices import NotificationBody
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.evidence.uploads import hand_in
from service.findings.read import seen_finding
from service.findings.view import view_finding
from workflows.vocabulary import TEAM_ROLES, UNIT_ROLES, State

pages = Pages("capture")
WHO_LOGS = (*TEAM_ROLES, *UNIT_ROLES)


@pages.get("/findings/new")
@only(*WHO_LOGS)
def new(context: RequestContext) -> Response:
    """The form, with the unit of the one before when it was asked for."""
    return capture_page(context, request.args.to_dict(), Tried())


@pages.post("/findings/new")
@only(*WHO_LOGS)
@takes_files
@brings_back
@prepared_by(stored_files)
def capture(context: RequestContext) -> Response:
    """Log the finding, and notify the unit at once if that is wanted: both or nothing."""
    require_sender(context)
    kept = request.form.getlist(KEPT)
    if REFILL in request.form:  # brought back by a sign-in that had ended, or by the choice of a round
        return capture_page(context, request.form.to_dict(), Tried(kept=kept, note=text("capture.refilled")))
    try:
        kept += _handed_in(context)
        with context.session.begin_nested():
            finding = _logged(context, kept)
    except ma.ValidationError as error:
        return _refused(context, Tried(422, errors_by_field(error, language()), kept=kept))
    except (InvalidInput, NotAllowed, NotFound, Conflict) as error:
        problem = problem_of(error)
        fields = {FILES if name == "file" else name: said[0] for name, said in problem.get("errors", {}).items()}
        return _refused(context, Tried(status_of(error), fields, problem["detail"], kept))
    if asks_for_json():
        said = {"id": finding.id, "number": finding.number, "address": f"/findings/{finding.id}/logged"}
        return _json(said, 201)
    return done(f"/findings/{finding.id}/logged")


@pages.post("/evidence")
@signed_in
@takes_files
@prepared_by(stored_files)
def hand_in_files(context: RequestContext) -> Response:
    """Photographs that a device has kept, before the finding that they belong to."""
    require_sender(context)
    return _json({"ids": _handed_in(context)}, 201)


@pages.get("/findings/<id:finding_id>/logged")
@signed_in
def logged(context: RequestContext, finding_id: str) -> Response:
    """What was logged, and the way to the next one."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    view = view_finding(context.session, finding, actor=context.actor, now=context.now)
    return page("capture/logged.html", title=text("capture.logged", number=finding.number), finding=finding, view=view)


def _handed_in(context: RequestContext) -> list[str]:
    if isinstance(context.prepared, Refusal):
        raise context.prepared.error
    quota = resources().settings.evidence
    return [
        hand_in(context.session, file, actor=context.actor, now=context.now, quota=quota).id
        for file in context.prepared
    ]


def _logged(context: RequestContext, evidence_ids: list[str]) -> Any:
    """The finding; one that came before under its client_id was notified then, if ever."""
    finding = findings.log_body(context, body_of(CaptureBody, request.form, evidence_ids=evidence_ids))
    demand = {name: request.form.get(name, "") for name in ("requirement", "deadline")}
    demand["deadline"] = demand["deadline"] or request.form.get("deadline_other", "")
    if any(value.strip() for value in demand.values()) and finding.state is State.FOUND:
        rectification_notices.notify(context, finding.id, **body_of(NotificationBody, demand))
    return finding


def _refused(context: RequestContext, tried: Tried) -> Response:
    if not asks_for_json():
        return capture_page(context, request.form.to_dict(), tried)
    errors = {name: f"{_named(name)}{said}" for name, said in tried.errors.items()}
    return _json({"detail": tried.refusal or text("capture.refused"), "errors": errors}, tried.status)


def _named(name: str) -> str:
    """What the form calls a field, before what is wrong with it: a device shows these sentences away from the form."""
    return f"{text(f'forms.{name}')}{text('page.colon')}" if has_text(f"forms.{name}") else ""


def _json(told: Mapping[str, Any], status: int) -> Response:
    return current_app.make_response((current_app.json.response(told), status))
