"""Pages from templates: the words of both languages, the times of the office, nothing that decides."""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from gzip import compress
from typing import Any

from flask import current_app, g, make_response, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Response

from api.console.device import NOTICE_COOKIE, notice, theme
from api.console.places import ON_DESKTOPS, ON_PHONES, OWN, current_place, finding_on, is_live, places_of
from api.console.sealing import sender_field
from api.console.static_files import address_of
from api.http.context import RequestContext, language
from service.alerts.inbox import standing
from service.wording import day_in_words, moment, short_moment, word, wording
from service.wording.texts import ZONE, text_in
from workflows.vocabulary import Severity

PACKAGE = "api.console.wording"
PAPERS = "zh"  # the language of official papers
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HTMX = (  # nothing is evaluated, nothing kept in the browser's storage; a form that was refused is shown
    '{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"historyCacheSize":0,'
    '"selfRequestsOnly":true,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},'
    '{"code":"422","swap":true},{"code":"...","swap":false,"error":true}]}'
)
WORTH_PACKING = 2000  # characters
REFERRER = "same-origin"  # without a referrer browsers send forms with `Origin: null`


@cache
def templates() -> Environment:
    """The templates of all pages, and what each of them can say; a blank that nobody fills is an error."""
    found = Environment(
        loader=PackageLoader("api.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        t=text,
        paper_t=paper_text,
        is_major=lambda finding: finding.severity is Severity.MAJOR,
        word=lambda member: word(member, language()),
        moment=lambda at: moment(at, language(), ZONE),
        short=short_time,
        day=day,
        static=address_of,
        script_words=script_words,
    )
    return found


def page(template: str, *, status: int = 200, title: str, **view: Any) -> Response:
    """A page in the caller's language; `title` is its heading."""
    html = templates().get_template(template).render(view, title=title, **_frame())
    answer = make_response(html, status)
    if len(html) > WORTH_PACKING and request.accept_encodings.quality("gzip"):
        answer.set_data(compress(answer.get_data(), 5, mtime=0))  # no secret of ours stands in what is typed back
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = REFERRER
    answer.headers["Content-Language"] = language()
    if NOTICE_COOKIE in request.cookies:
        answer.delete_cookie(NOTICE_COOKIE, httponly=True, samesite="Lax")
    return answer


def fragment(template: str, **view: Any) -> Response:
    """A part of a page, for a script that puts it into one."""
    return make_response(templates().get_template(template).render(view))


def _frame() -> dict[str, Any]:
    """What stands around every page."""
    context: RequestContext | None = g.get("request_context")
    caller = context.authenticated if context and not g.get("signed_out") else None
    is_sound = context is not None and context.session.in_transaction()  # not on a page that says what went wrong
    stands = standing(context.session, actor=caller.actor) if context and caller and is_sound else None
    return {
        "htmx_config": HTMX,
        "language": language(),
        "theme": theme(),
        "signed_in": caller is not None,
        "person_id": caller.id if caller else None,
        "sender": lambda: sender_field(caller.id, now=context.now) if caller and context else "",
        "who": vars(caller.person).get("name") if caller else None,  # not at hand once a transaction has failed
        "role": caller.actor.role if caller else None,
        "places": places_of(caller.actor) if caller else [],
        "on_desktops": ON_DESKTOPS,
        "on_phones": ON_PHONES,
        "own_places": OWN,
        "path": request.path,
        "place": current_place(request.path),
        "address": here(),
        "notice_words": _notice_words(),
        "standing": stands,
        "waiting": stands.unread if stands else None,
        "live": is_live(request.path),
        "live_finding": finding_on(request.path),
    }


def _notice_words() -> str | None:
    """What was done by the form before this page."""
    given = notice()
    if given is None or request.method != "GET" or not has_text(f"notices.{given[0]}"):
        return None
    return text(f"notices.{given[0]}", **given[1])


def here() -> str:
    """Where the caller is, as an address that a link may lead to; of a form, the page that it stands on."""
    return request.full_path.rstrip("?") if request.method == "GET" else page_of_form()


def page_of_form() -> str:
    """The page that a form stands on which is sent to this address."""
    routes, path = current_app.create_url_adapter(request), request.path
    while routes and path and not routes.test(path, method="GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def day(on: date) -> str:
    """A day of the calendar in the caller's language."""
    return day_in_words(datetime.combine(on, time(), ZONE), language(), ZONE)


def short_time(at: datetime) -> str:
    """An instant whose year is plain, in the caller's language."""
    return short_moment(at, language(), ZONE)


def text(key: str, **blanks: object) -> str:
    """A text of the pages, such as `findings.title`, in the caller's language."""
    file, _, name = key.partition(".")
    return text_in(wording(file, PACKAGE), key, name, language(), blanks)


def paper_text(key: str, **blanks: object) -> str:
    """The same in Chinese, as official papers are, whatever the caller's language is."""
    file, _, name = key.partition(".")
    return text_in(wording(file, PACKAGE), key, name, PAPERS, blanks)


def script_words(file: str, *names: str) -> dict[str, str]:
    """Texts that a script of the page fills in: their blanks stay."""
    blanks = {name: f"{{{name}}}" for name in ("at", "count", "photos")}
    return {name: text(f"{file}.{name}", **blanks) for name in names}


def has_text(key: str) -> bool:
    """Whether the pages have a text of that name."""
    file, _, name = key.partition(".")
    return name in wording(file, PACKAGE)


def words_of(members: Sequence[StrEnum]) -> list[tuple[str, str]]:
    """Members of the law's vocabulary as choices: value and word."""
    reads = language()
    return [(str(member), word(member, reads)) for member in members]
