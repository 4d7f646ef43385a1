"""Pages of findings: the list with its filters, one finding with its acts and its timeline, its photographs."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from api import evidence, findings
from api.console.acts import acts, forms_of
from api.console.forms import body_of, errors_by_field
from api.console.pages import Pages, done, takes_files
from api.console.rendering import page, text, words_of
from api.console.stored_files import FILES, stored_files
from api.http.access import signed_in
from api.http.context import RequestContext, language, resources
from api.http.files import inline_picture
from api.http.problems import Refusal, problem_of, status_of
from api.http.transaction import prepared_by
from api.schemas.findings import FindingQuery
from api.schemas.request_fields import AnyOf
from service.errors import DubanError, InvalidInput, NotFound
from service.evidence.evidence import seen_evidence
from service.evidence.uploads import hand_in
from service.findings.read import events_of, seen_finding
from service.findings.view import view_finding
from service.scope import data_seen, reason_seen
from service.store.idempotency import claim, remember
from service.wording import word
from workflows.vocabulary import Light, Origin, Severity, State

pages = Pages("findings")
PICTURES = ("image/jpeg", "image/png", "image/webp")  # that every browser shows
FILTERS = {  # that the page offers as choices
    "state": State,
    "light": Light,
    "severity": Severity,
    "origin": Origin,
}
QUOTED = ("requirement", "measures", "comment", "remaining", "opinion", "text", "plan")  # of an event's particulars


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline."""

    at: Any
    what: str
    who: str | None
    quotes: list[str]
    by_clock: bool


@pages.get("/findings")
@signed_in
def index(context: RequestContext) -> Response:
    """The list of findings, filtered as the address says."""
    errors: dict[str, str] = {}
    asked = {name: values for name, values in request.args.lists() if any(values)}
    try:
        query = FindingQuery().load(_query_of(asked))
    except ma.ValidationError as error:
        errors, query = errors_by_field(error, language()), FindingQuery().load({})
    found = findings.page_of_findings(context, query)
    older = urlencode({**asked, "cursor": found.next_cursor}, doseq=True) if found.next_cursor else None
    return page(
        "findings/index.html",
        status=422 if errors else 200,
        title=text("findings.title"),
        rows_of=found.items,
        older=f"/findings?{older}" if older else None,
        errors=errors,
        is_filtered=bool(asked.keys() - {"cursor", "limit", "sort"}),
        filters=[
            (name, text(f"findings.{name}"), words_of(list(vocabulary)), asked.get(name, []))
            for name, vocabulary in FILTERS.items()
        ],
        q=request.args.get("q", ""),
    )


@pages.get("/findings/<id:finding_id>")
@signed_in
def show(context: RequestContext, finding_id: str) -> Response:
    """One finding: what is wrong, by when, what happened, and what one may do."""
    return _finding_page(context, finding_id)


@pages.post("/findings/<id:finding_id>/<act>")
@signed_in
@takes_files
@prepared_by(stored_files)
def move(context: RequestContext, finding_id: str, act: str) -> Response:
    """Do one of the acts; what is refused is said beside the field, and what was typed stays."""
    chosen = acts().get(act)
    if chosen is None:
        raise NotFound("not_found")
    session, actor, now = context.session, context.actor, context.now
    view = view_finding(session, seen_finding(session, finding_id, actor=actor), actor=actor, now=now)
    kept: list[str] = request.form.getlist("kept_evidence")
    if _was_sent_before(context):
        return done(f"/findings/{finding_id}")
    try:
        if isinstance(context.prepared, Refusal):
            raise context.prepared.error
        quota = resources().settings.evidence
        kept += [hand_in(session, file, actor=actor, now=now, quota=quota).id for file in context.prepared]
        body = body_of(chosen.body, request.form, evidence_ids=kept)
        with session.begin_nested():
            chosen.do(context, view, **body)
    except ma.ValidationError as error:
        return _finding_page(
            context, finding_id, tried=act, kept=kept, errors=errors_by_field(error, language()), status=422
        )
    except DubanError as error:
        problem = problem_of(error)
        fields = {FILES if name == "file" else name: found[0] for name, found in problem.get("errors", {}).items()}
        status = status_of(error)
        if isinstance(error, InvalidInput) or status in (403, 409, 412, 422):
            return _finding_page(
                context, finding_id, tried=act, kept=kept, errors=fields, refusal=problem["detail"], status=status
            )
        raise
    _note_as_sent(context)
    return done(f"/findings/{finding_id}", "done")


@pages.get("/evidence/<id:evidence_id>")
@signed_in
def picture(context: RequestContext, evidence_id: str) -> FlaskResponse:
    """A photograph to be looked at; anything else is saved."""
    piece = seen_evidence(context.session, evidence_id, actor=context.actor)
    if piece.media_type not in PICTURES:
        return evidence.download_of(piece)
    return inline_picture(resources().store.open(piece.sha256), size=piece.size, media_type=piece.media_type)


def _was_sent_before(context: RequestContext) -> bool:
    """Whether this very form has been sent and done: a double click, or a page sent again."""
    key = request.form.get("once")
    if not key:
        return False
    same = sha256(request.path.encode()).hexdigest()
    return claim(context.session, person_id=context.caller.id, key=key, request_hash=same, now=context.now) is not None


def _note_as_sent(context: RequestContext) -> None:
    if key := request.form.get("once"):
        remember(context.session, person_id=context.caller.id, key=key, status=303, body="")


def _finding_page(
    context: RequestContext,
    finding_id: str,
    *,
    tried: str | None = None,
    kept: list[str] | None = None,
    errors: Mapping[str, str] | None = None,
    refusal: str | None = None,
    status: int = 200,
) -> Response:
    session, actor = context.session, context.actor
    finding = seen_finding(session, finding_id, actor=actor, whole=True)
    view = view_finding(session, finding, actor=actor, now=context.now)
    given = request.form.to_dict() if tried else {}
    forms = forms_of(view, tried=tried, given=given, errors=errors or {})
    shown = {field.name for form in forms if form.address == tried for field in form.fields}
    return page(
        "findings/show.html",
        status=status,
        title=finding.summary,
        view=view,
        finding=finding,
        item=_item_text(finding.checklist_item),
        forms=forms,
        once=token_urlsafe(18),
        pictures=PICTURES,
        kept=kept or [],
        tried=tried,
        refusal=refusal,
        errors=[sentence for name, sentence in (errors or {}).items() if name not in shown],
        timeline=_timeline(context, finding),
    )


def _item_text(item: Any) -> str | None:
    """What the checklist asks for, in the caller's language where somebody has translated it."""
    if item is None:
        return None
    asked = item.requirement_en if language() == "en" else None
    return f"{item.number} {item.category}：{asked or item.requirement_zh}"


def _timeline(context: RequestContext, finding: Any) -> list[Line]:
    """What happened, the newest first, with as much of it as the caller may know."""
    reads = language()
    lines = []
    for event in events_of(context.session, finding, actor=context.actor):
        data = data_seen(context.actor, event.data)
        quotes = [str(data[name]) for name in QUOTED if data.get(name)]
        if reason := reason_seen(context.actor, finding, event.move, event.reason):
            quotes.append(str(reason))
        who = event.actor.name if event.actor else None
        lines.append(Line(event.at, word(event.move, reads), who, list(dict.fromkeys(quotes)), who is None))
    return lines[::-1]


def _query_of(asked: Mapping[str, list[str]]) -> dict[str, Any]:
    """The query as the schema reads it: a name alone is no list unless the filter takes several."""
    several = {name for name, field in FindingQuery().load_fields.items() if isinstance(field, AnyOf)}
    return {
        name: [value for value in values if value] if name in several else values[-1] for name, values in asked.items()
    }
