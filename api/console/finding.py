"""Pages of one finding: what is wrong, what happened, what one may do; its acts by forms, its photographs."""

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

import marshmallow as ma
from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from api import evidence
from api.console.acts import WITH_PAPER, Act, acts
from api.console.finding_page import Tried, shown_finding
from api.console.forms import body_of, errors_by_field
from api.console.history import PICTURES
from api.console.once import note_as_sent, was_sent_before
from api.console.pages import REFILL, Pages, done, takes_files
from api.console.rendering import page, text
from api.console.sealing import SENDER
from api.console.stored_files import FILES, stored_files
from api.console.typed_text import brings_back
from api.http.access import signed_in
from api.http.context import RequestContext, language, resources
from api.http.files import inline_picture
from api.http.problems import Refusal, problem_of, status_of
from api.http.transaction import prepared_by
from service.alerts import inbox
from service.documents.preview import preview
from service.errors import DubanError, InvalidInput, NotFound
from service.evidence.evidence import seen_evidence
from service.evidence.uploads import hand_in
from service.findings.read import seen_finding
from service.findings.view import FindingView, view_finding
from workflows.vocabulary import DocumentKind

pages = Pages("finding")
PREVIEW = "preview"  # in a form whose paper is looked at first


@pages.get("/findings/<id:finding_id>")
@signed_in
def show(context: RequestContext, finding_id: str) -> Response:
    """One finding: what is wrong, by when, what happened, and what one may do."""
    return _finding_page(context, finding_id)


@pages.post("/findings/<id:finding_id>/<act>")
@signed_in
@takes_files
@brings_back
@prepared_by(stored_files)
def move(context: RequestContext, finding_id: str, act: str) -> Response:
    """Do one of the acts; what is refused is said beside the field, and what was typed stays."""
    chosen = acts().get(act)
    if chosen is None:
        raise NotFound("not_found")
    session, actor, now = context.session, context.actor, context.now
    view = view_finding(session, seen_finding(session, finding_id, actor=actor), actor=actor, now=now)
    kept: list[str] = request.form.getlist("kept_evidence")
    if REFILL in request.form:  # brought back by a sign-in that had ended
        return _finding_page(
            context, finding_id, act=act, given=_fields_sent(), kept=kept, note=text("findings.refilled")
        )
    if was_sent_before(context):
        return done(f"/findings/{finding_id}")
    try:
        return _acted(context, view, chosen, kept)
    except ma.ValidationError as error:
        found = errors_by_field(error, language())
        return _finding_page(context, finding_id, status=422, act=act, given=_fields_sent(), kept=kept, errors=found)
    except DubanError as error:
        problem = problem_of(error)
        fields = {FILES if name == "file" else name: found[0] for name, found in problem.get("errors", {}).items()}
        status = status_of(error)
        if isinstance(error, InvalidInput) or status in (403, 409, 412, 422):
            tried = {"act": act, "given": _fields_sent(), "kept": kept, "errors": fields, "refusal": problem["detail"]}
            return _finding_page(context, finding_id, status=status, **tried)
        raise


def _acted(context: RequestContext, view: FindingView, act: Act, kept: list[str]) -> Response:
    """Do it, or show the paper that it would lead to; `kept` gets the files that came along."""
    session, finding_id = context.session, view.finding.id
    if isinstance(context.prepared, Refusal):
        raise context.prepared.error
    quota = resources().settings.evidence
    brought = [hand_in(session, file, actor=context.actor, now=context.now, quota=quota) for file in context.prepared]
    kept += [piece.id for piece in brought]
    body = body_of(act.body, request.form, evidence_ids=kept)
    if PREVIEW in request.form and act.address == WITH_PAPER:
        return _previewed(context, finding_id, lambda: act.do(context, view, **body))
    with session.begin_nested():
        act.do(context, view, **body)
    note_as_sent(context)
    return done(f"/findings/{finding_id}", "done")


@pages.get("/findings/<id:finding_id>/brief")
@signed_in
def brief(context: RequestContext, finding_id: str) -> Response:
    """One screen and one printed page for those who decide: what, how late, who was told, what the unit did."""
    return page("findings/brief.html", **shown_finding(context, finding_id, None), now=context.now)


@pages.post("/findings/<id:finding_id>/acknowledgement")
@signed_in
def acknowledge(context: RequestContext, finding_id: str) -> Response:
    """Say that one has read all that one was told of it."""
    seen_finding(context.session, finding_id, actor=context.actor)
    for alert in inbox.unacknowledged_of(context.session, finding_id, actor=context.actor):
        inbox.acknowledge(context.session, alert.id, actor=context.actor, now=context.now)
    return done(f"/findings/{finding_id}", "acknowledged")


@pages.get("/evidence/<id:evidence_id>")
@signed_in
def picture(context: RequestContext, evidence_id: str) -> FlaskResponse:
    """A photograph to be looked at; anything else is saved."""
    piece = seen_evidence(context.session, evidence_id, actor=context.actor)
    if piece.media_type not in PICTURES:
        return evidence.download_of(piece)
    return inline_picture(resources().store.open(piece.sha256), size=piece.size, media_type=piece.media_type)


def _previewed(context: RequestContext, finding_id: str, opine: Callable[[], Any]) -> Response:
    """The page with the paper that would go up, and all that was typed; nothing is recorded."""
    paper = preview(context.session, DocumentKind.UPWARD_REPORT, opine, now=context.now)
    return _finding_page(context, finding_id, act=WITH_PAPER, given=_fields_sent(), paper=paper)


def _fields_sent() -> dict[str, str]:
    """What was typed, without what the page itself knows."""
    return {
        name: value
        for name, value in request.form.items()
        if name not in (REFILL, PREVIEW, SENDER, "once", "kept_evidence")
    }


def _finding_page(context: RequestContext, finding_id: str, *, status: int = 200, **tried: Any) -> Response:
    shown = shown_finding(context, finding_id, Tried(**tried) if tried else None)
    return page("findings/show.html", status=status, once=token_urlsafe(18), **shown)
