"""Documents: asked for, waited for, downloaded; why one failed, and asking again."""

from typing import Any

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from api import documents
from api.console.attempts import Refused, attempt
from api.console.pages import Pages, done
from api.console.queries import asked_for, chosen, is_filtered, page_after
from api.console.rendering import page, text, words_of
from api.http.access import signed_in
from api.http.context import RequestContext
from api.schemas.documents import DocumentBody, DocumentQuery
from service.documents.orders import DocumentFilter, list_documents, request_document, seen_document
from workflows.vocabulary import DocumentKind, DocumentStatus

pages = Pages("documents")
BEING_MADE = (DocumentStatus.QUEUED, DocumentStatus.RENDERING)
WECHAT = "MicroMessenger"  # in its User-Agent: it saves no Word files


@pages.get("/documents")
@signed_in
def index(context: RequestContext) -> Response:
    """The documents in sight, the newest first: being made, ready, failed."""
    return _list_page(context)


@pages.post("/documents")
@signed_in
def ask_for(context: RequestContext) -> Response:
    """Ask for a document about something, and lead to where it is waited for."""
    asked: list[str] = []

    def do() -> None:
        body = DocumentBody().load({name: request.form.get(name, "") for name in ("kind", "subject_id")})
        kind, subject_id = body["kind"], body["subject_id"]
        asked.append(request_document(context.session, kind, subject_id, actor=context.actor, now=context.now).id)

    refused = attempt(context, do)
    return _list_page(context, refused) if refused else done(f"/documents/{asked[0]}")


@pages.get("/documents/<id:document_id>")
@signed_in
def show(context: RequestContext, document_id: str) -> Response:
    """One document, and how far it is made."""
    one = documents.view_of(seen_document(context.session, document_id, actor=context.actor))
    return page(
        "documents/show.html",
        title=one["document"].title,
        one=one,
        document=one["document"],
        is_made=one["document"].status not in BEING_MADE,
        in_wechat=_in_wechat(),
    )


@pages.get("/documents/<id:document_id>/files/<form>")
@signed_in
def download(context: RequestContext, document_id: str, form: str) -> FlaskResponse:
    """The file in one of its formats, to be saved."""
    return documents.file_answer(context, document_id, form)


@pages.get("/documents/<id:document_id>/scan")
@signed_in
def download_scan(context: RequestContext, document_id: str) -> FlaskResponse:
    """The sealed scan, to be saved."""
    return documents.scan_answer(context, document_id)


def _list_page(context: RequestContext, refused: Refused | None = None) -> Response:
    query, errors = asked_for(DocumentQuery)
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    found = list_documents(context.session, DocumentFilter(**query), actor=context.actor, **paging)
    return page(
        "documents/index.html",
        status=refused.status if refused else 422 if errors else 200,
        title=text("documents.title"),
        rows_of=[documents.view_of(document) for document in found.items],
        being_made=[one for one in found.items if one.status in BEING_MADE],
        kinds=words_of(list(DocumentKind)),
        states=words_of(list(DocumentStatus)),
        chosen=chosen(),
        hidden=_unshown(),
        is_filtered=is_filtered(),
        errors=errors,
        refused=refused,
        here=request.full_path.rstrip("?"),
        older=page_after(found.next_cursor),
        in_wechat=_in_wechat(),
    )


def _unshown() -> list[tuple[str, Any]]:
    """Filters of the address that the form has no field for."""
    names = ("subject_id", "organization_id", "round_id")
    return [(name, value) for name in names for value in chosen().get(name, [])]


def _in_wechat() -> bool:
    return WECHAT in request.headers.get("User-Agent", "")
