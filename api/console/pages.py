"""The blueprint of pages: a rule and a transaction for every one, as for the API; errors are pages as well."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import flask
from flask import Response, current_app, g, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from api.console.demo_accounts import demo_sign_ins
from api.console.device import with_notice
from api.console.origin import require_own_origin
from api.console.rendering import here, page, page_of_form, text
from api.console.typed_text import Fields, typed_now
from api.http.access import FIRST, rule_of
from api.http.context import SAFE, RequestContext, resources
from api.http.problems import UNKNOWN_CALLER, Refusal, answer_to_error, of_http, problem_of, status_of
from api.http.transaction import in_one_transaction
from service.errors import DubanError
from workflows.credentials import NextStep

View = Callable[..., Any]
MOST_FIELDS = 100  # of a form
REFILL = "refill"  # in a form that only brings back what was typed
STEPS = {  # where the step is taken that comes before anything else
    FIRST[NextStep.CHANGE_PASSWORD]: "/settings/password",
    FIRST[NextStep.SECOND_FACTOR]: "/sign-in/code",
    FIRST[NextStep.SET_UP_SECOND_FACTOR]: "/settings/second-factor",
}


class Pages(flask.Blueprint):
    """The pages of one subject."""

    def __init__(self, name: str) -> None:
        super().__init__(f"console_{name}", name)
        self.before_request(_begin)
        self.register_error_handler(DubanError, error_page)
        self.register_error_handler(HTTPException, http_error_page)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 - Flask's signature
        **options: Any,
    ) -> None:
        """Register a page; raises `RouteWithoutRule` when its view says nothing about who may call it."""
        if view_func is None:
            raise TypeError("a page needs its view")
        rule_of(view_func)
        if not hasattr(view_func, "locations"):
            view_func.locations = frozenset({"query"})  # type: ignore[attr-defined]  # functions carry attributes
        super().add_url_rule(
            rule,
            endpoint or view_func.__name__,
            in_one_transaction(view_func),
            provide_automatic_options,
            **options,
        )


def takes_files(view: View) -> View:
    """Mark a page whose form may bring files."""
    view.locations = frozenset({"query", "files"})  # type: ignore[attr-defined]  # functions carry attributes
    return view


def told_on_the_page(prepare: Callable[[RequestContext], Any]) -> Callable[[RequestContext], Any]:
    """The preparation of an API route for a page: what it is refused for is handed over, to be said beside the form."""

    @wraps(prepare)
    def prepared(context: RequestContext) -> Any:
        try:
            return prepare(context)
        except (DubanError, TooManyRequests) as refusal:
            return Refusal(refusal)

    return prepared


def done(address: str, notice: str | None = None, **blanks: object) -> AnyResponse:
    """The answer to a form that did what it was for: see there, where `notices.<notice>` says what was done."""
    answer = redirect(address, 303)
    return with_notice(answer, notice, **blanks) if notice else answer


def with_next(address: str, wanted: str) -> str:
    """An address that leads on to where somebody wanted to be."""
    return address if wanted == "/" else f"{address}?{urlencode({'next': wanted})}"


def error_page(error: DubanError) -> AnyResponse:
    """What went wrong as a page; who is signed out, or has a step to take first, is led there and back.

    A script of our pages, which asks for JSON, is told as a program is.
    """
    if asks_for_json():
        return answer_to_error(error)
    if error.code in UNKNOWN_CALLER:
        typed = typed_now()
        return sign_in_page(typed, _wanted()) if typed else done(with_next("/sign-in", here()))
    if error.code in STEPS:
        typed = typed_now()
        return step_page(typed, STEPS[error.code], _wanted()) if typed else done(with_next(STEPS[error.code], here()))
    return _error_page(status_of(error), problem_of(error))


def sign_in_page(
    typed: Fields, wanted: str, *, status: int = 401, refusal: str | None = None, username: str = ""
) -> AnyResponse:
    """The page that asks who one is; `typed` are the texts of a form that it carries on."""
    settings = resources().settings
    return page(
        "account/sign_in.html",
        status=status,
        title=text("signing_in.title"),
        refusal=refusal,
        action=with_next("/sign-in", wanted),
        username=username,
        hours=int(settings.accounts.sign_in_holds.total_seconds()) // 3600,
        provider=settings.oidc is not None,
        typed=typed,
        again=with_next("/sign-in/typed", wanted),
        to_try=demo_sign_ins(),
    )


def step_page(typed: Fields, step: str, wanted: str) -> AnyResponse:
    """The page that keeps what was typed while a step is taken in another window, and then leads back to the form."""
    title, again = text("signing_in.step"), with_next("/sign-in/typed", wanted)
    return page("account/step.html", title=title, typed=typed, step=step, again=again)


def http_error_page(error: HTTPException) -> AnyResponse:
    """An error of HTTP itself as a page: an unknown address, a form that is too large, too many requests.

    Whoever opens an address again that a form was sent to is led to the page of the form.
    """
    if not reads_pages():
        return of_http(error)
    if isinstance(error, MethodNotAllowed) and request.method in SAFE:
        return done(page_of_form())
    told = of_http(error)
    answer = _error_page(told.status_code, told.get_json(force=True))
    for name in ("Allow", "Retry-After"):
        if name in told.headers:
            answer.headers[name] = told.headers[name]
    return answer


def answer_errors_with_pages(app: flask.Flask) -> None:
    """Let whoever opens an unknown address outside the API find a page."""

    def choose(error: HTTPException) -> AnyResponse:
        return of_http(error) if request.path.startswith("/api/") or not reads_pages() else http_error_page(error)

    app.register_error_handler(HTTPException, choose)


def reads_pages() -> bool:
    """Whether a page is what the caller asks for."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def asks_for_json() -> bool:
    """Whether JSON is what the caller prefers to a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _wanted() -> str:
    """Where whoever has to sign in first is led then: to no page of the sign-in."""
    return "/" if request.path.startswith("/sign-in") else here()


def _error_page(status: int, problem: dict[str, Any]) -> Response:
    answer = page("error.html", title=problem["title"], problem=problem)
    return current_app.make_response((answer, status))


def _begin() -> None:
    """A form is no other site's, and its fields are the body."""
    g.is_page = True
    request.max_form_parts = MOST_FIELDS
    require_own_origin()
