"""Pages from templates: the words of both languages, the times of the office, nothing that decides."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from flask import current_app, g, make_response, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Response

from api.console.static_files import address_of
from api.http.context import RequestContext, language
from service.wording import moment, short_moment, word, wording
from service.wording.texts import ZONE, text_in
from workflows.vocabulary import Role

PACKAGE = "api.console.wording"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REFERRER = "same-origin"  # without a referrer browsers send forms with `Origin: null`


@cache
def templates() -> Environment:
    """The templates of all pages; a blank that nobody fills is an error."""
    return Environment(
        loader=PackageLoader("api.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, title: str, **view: Any) -> Response:
    """A page in the caller's language; `title` is its heading."""
    reads = language()
    context: RequestContext | None = g.get("request_context")
    caller = context.authenticated if context else None
    html = (
        templates()
        .get_template(template)
        .render(
            view,
            title=title,
            language=reads,
            t=text,
            word=lambda member: word(member, reads),
            moment=lambda at: moment(at, reads, ZONE),
            short=lambda at: short_moment(at, reads, ZONE),
            static=address_of,
            signed_in=caller is not None,
            places=places_of(context) if caller else [],
            path=request.path,
            address=here(),
        )
    )
    answer = make_response(html, status)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = REFERRER
    answer.headers["Content-Language"] = reads
    return answer


def here() -> str:
    """Where the caller is, as an address that a link may lead to; of a form, the page that it stands on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    routes, path = current_app.create_url_adapter(request), request.path
    while routes and path and not routes.test(path, method="GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def text(key: str, **blanks: object) -> str:
    """A text of the pages, such as `findings.title`, in the caller's language."""
    file, _, name = key.partition(".")
    return text_in(wording(file, PACKAGE), key, name, language(), blanks)


def has_text(key: str) -> bool:
    """Whether the pages have a text of that name."""
    file, _, name = key.partition(".")
    return name in wording(file, PACKAGE)


def words_of(members: Sequence[StrEnum]) -> list[tuple[str, str]]:
    """Members of the law's vocabulary as choices: value and word."""
    reads = language()
    return [(str(member), word(member, reads)) for member in members]


def places_of(context: RequestContext | None) -> list[tuple[str, str]]:
    """The main menu: address and words."""
    places = [("/", text("page.today")), ("/findings", text("page.findings")), ("/alerts", text("page.alerts"))]
    auditor = context is not None and context.actor.role is Role.AUDITOR
    return [*([] if auditor else places), ("/settings", text("page.settings")), ("/help", text("page.help"))]
