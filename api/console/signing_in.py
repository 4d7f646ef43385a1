"""Pages of signing in and out: password, code of a second factor, and back to where one wanted to be."""

from typing import Any
from urllib.parse import urlsplit

from flask import g, request
from werkzeug.wrappers import Response

from api import people, tokens
from api.accounts import provider_accounts, second_factor
from api.console.pages import STEPS, Pages, done, sign_in_page, step_page, told_on_the_page, with_next
from api.console.rendering import page, text
from api.console.session import forget_token, keep_token
from api.console.typed_text import carried, continue_page
from api.http.access import FIRST, bearer_token, public, signed_in, signed_in_before
from api.http.context import RequestContext
from api.http.hashing import hashed_for_open_code
from api.http.problems import Refusal, problem_of, status_of
from api.http.signing_in import answer_signed_in
from api.http.transaction import prepared_by
from service.errors import DubanError, NotAllowed
from service.people import accounts
from service.people.tokens import revoke_token
from service.security_log.writing import NewSecurityEntry, record_security
from workflows.credentials import NextStep
from workflows.security import SecurityKind

pages = Pages("signing_in")


@pages.get("/sign-in")
@public
def ask(context: RequestContext) -> Response:  # noqa: ARG001 - nobody is known yet
    """Ask for user name and password."""
    return _form()


@pages.post("/sign-in")
@public
@prepared_by(told_on_the_page(tokens.proven_account))
def sign_in(context: RequestContext) -> Response:
    """Let in whoever knows the password, and lead to where he or she wanted to be."""
    proven = context.prepared
    if proven is None:
        return _form(422, text("signing_in.both_needed"))
    if isinstance(proven, Refusal):
        return _form(proven.status, proven.problem["detail"])
    try:
        token = answer_signed_in(context, accounts.let_in(context.session, *proven))
    except NotAllowed as refusal:
        return _form(status_of(refusal), problem_of(refusal)["detail"])
    return _with(context, token)


@pages.get("/sign-in/code")
@signed_in_before(NextStep.SECOND_FACTOR)
def ask_code(context: RequestContext) -> Response:  # noqa: ARG001 - who it is does not change the page
    """Ask for the code of the second factor."""
    return _code_form()


@pages.post("/sign-in/code")
@signed_in_before(NextStep.SECOND_FACTOR)
def sign_in_with_code(context: RequestContext) -> Response:
    """Let in whoever has the second factor as well."""
    code = request.form.get("code", "").strip()
    if not code:
        return _code_form(422, text("signing_in.code_needed"))
    try:
        with context.session.begin_nested():
            token = second_factor.signed_in_with_code(context, code)
    except DubanError as refusal:
        return _code_form(status_of(refusal), problem_of(refusal)["detail"])
    return _with(context, token)


@pages.post("/sign-in/provider")
@public
@prepared_by(provider_accounts.proven_by_provider)
def sign_in_by_provider(context: RequestContext) -> Response:
    """Let in whom the office's provider has sent back in this browser."""
    return _with(context, provider_accounts.signed_in_by_provider(context))


@pages.post("/sign-in/typed")
@signed_in
def bring_back(context: RequestContext) -> Response:
    """Lead whoever has signed in in another window back to what was typed."""
    return continue_page(carried(), wanted_address(), context, context.caller.id)


@pages.get("/invitation")
@public
def ask_for_invitation(context: RequestContext) -> Response:  # noqa: ARG001 - nobody is known yet
    """Ask for the code of an invitation, and a password."""
    return _invitation_form()


@pages.post("/invitation")
@public
@prepared_by(told_on_the_page(hashed_for_open_code))
def accept_invitation(context: RequestContext) -> Response:
    """Let in whoever was invited, with the password that he or she chooses."""
    if context.prepared is None:
        return _invitation_form(422, text("signing_in.code_and_password"))
    if isinstance(context.prepared, Refusal):
        return _invitation_form(context.prepared.status, context.prepared.problem["detail"])
    try:
        with context.session.begin_nested():
            token = people.accepted_invitation(context, request.form["token"], request.form["password"])
    except DubanError as refusal:
        problem = problem_of(refusal)
        found = [sentences[0] for sentences in problem.get("errors", {}).values()]
        return _invitation_form(status_of(refusal), "".join(found) or problem["detail"])
    return _with(context, token)


@pages.post("/sign-out")
@signed_in_before(*NextStep)
def sign_out(context: RequestContext) -> Response:
    """Make the cookie's token worthless, here and anywhere; what somebody else had typed here waits for its owner."""
    revoke_token(context.session, bearer_token(), now=context.now)
    gone = NewSecurityEntry(kind=SecurityKind.SIGN_OUT, person_id=context.caller.id)
    record_security(context.session, gone, now=context.now)
    typed, g.signed_out = carried(), True
    return forget_token(sign_in_page(typed, "/", status=200) if typed else done("/sign-in"))


def own_address(wanted: str) -> str:
    """The address if it is one of ours, else the first page: nobody is led elsewhere by a link to us."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    foreign = parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith(("//", "/\\"))
    return "/" if foreign or not wanted.isprintable() else wanted


def wanted_address() -> str:
    """Where whoever signs in wanted to be."""
    return own_address(request.args.get("next", "/"))


def _with(context: RequestContext, token: dict[str, Any]) -> Response:
    """The token in its cookie, and on to what comes first, then to where one wanted to be, or to what was typed."""
    step, typed = token["next_step"], carried()
    if typed and step == NextStep.SECOND_FACTOR:  # who types a code next carries on what was typed
        answer = _code_form()
    elif typed and step:
        answer = step_page(typed, STEPS[FIRST[step]], wanted_address())
    elif typed:
        answer = continue_page(typed, wanted_address(), context, g.signed_in_id)
    else:
        answer = _led_on(step)
    return keep_token(answer, token["token"], until=token["expires_at"])


def _led_on(step: NextStep | None) -> Response:
    there = with_next(STEPS[FIRST[step]], wanted_address()) if step else wanted_address()
    return done(there)


def _form(status: int = 200, refusal: str | None = None) -> Response:
    username = request.form.get("username", "")
    return sign_in_page(carried(), wanted_address(), status=status, refusal=refusal, username=username)


def _invitation_form(status: int = 200, refusal: str | None = None) -> Response:
    code = request.form.get("token", "")
    return page(
        "account/invitation.html", status=status, title=text("signing_in.invitation"), refusal=refusal, code=code
    )


def _code_form(status: int = 200, refusal: str | None = None) -> Response:
    action = with_next("/sign-in/code", wanted_address())
    return page(
        "account/code.html",
        status=status,
        title=text("signing_in.code_title"),
        action=action,
        refusal=refusal,
        typed=carried(),
    )
