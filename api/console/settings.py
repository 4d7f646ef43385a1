"""Pages of one's own account: password, language, where one is signed in; and what one does here."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api import people
from api.accounts import held_tokens
from api.console.device import THEME_COOKIE, THEMES, remember
from api.console.office.parts import parts_of
from api.console.pages import Pages, done, told_on_the_page, with_next
from api.console.rendering import page, text
from api.console.signing_in import wanted_address
from api.http.access import public, signed_in_before
from api.http.context import LANGUAGE_COOKIE, LANGUAGES, RequestContext
from api.http.hashing import own_password
from api.http.problems import Refusal, problem_of
from api.http.transaction import prepared_by
from api.schemas.people import PasswordBody
from service.errors import DubanError
from service.people import directory
from service.people.access import second_factor
from service.store.paging import LARGEST_LIMIT
from workflows.credentials import NextStep, TokenKind
from workflows.vocabulary import Role

pages = Pages("settings")


@pages.get("/settings")
@signed_in_before()
def index(context: RequestContext) -> Response:
    """Who one is here, and what one may set."""
    held = held_tokens.own_tokens(context, limit=LARGEST_LIMIT).items
    return page(
        "account/settings.html",
        title=text("page.settings"),
        person=directory.person_of(context.session, actor=context.actor),
        sign_ins=[one for one in held if one["token"].kind is TokenKind.SIGN_IN],
        access_tokens=sum(one["token"].kind is TokenKind.ACCESS for one in held),
        has_calendar=not context.actor.holds(Role.AUDITOR),
        second_factor=second_factor.standing(context.session, context.caller.id),
        parts=parts_of(context.actor),
    )


@pages.get("/settings/password")
@signed_in_before(NextStep.CHANGE_PASSWORD)
def ask_password(context: RequestContext) -> Response:
    """Ask for a new password."""
    return _password_form(context)


@pages.post("/settings/password")
@signed_in_before(NextStep.CHANGE_PASSWORD)
@prepared_by(told_on_the_page(own_password))
def change_password(context: RequestContext) -> Response:
    """Change the password; all other sign-ins end."""
    if request.form.get("new_password") != request.form.get("repeated"):
        return _password_form(context, 422, {"repeated": text("settings.not_the_same")})
    if context.prepared is None:
        return _password_form(context, 422, {"": text("settings.all_needed")})
    if isinstance(context.prepared, Refusal):
        return _password_form(context, context.prepared.status, _sentences(context.prepared.problem))
    try:
        with context.session.begin_nested():
            people.keep_new_password(context, PasswordBody().load(_passwords()))
    except DubanError as refusal:
        return _password_form(context, 422, _sentences(problem_of(refusal)))
    return done(wanted_address(), "password_changed")


@pages.post("/settings/sign-ins/end")
@signed_in_before()
def end_others(context: RequestContext) -> Response:
    """Sign out everywhere else."""
    held_tokens.end_others(context)
    return done("/settings", "others_ended")


@pages.post("/language")
@public
def choose_language(context: RequestContext) -> Response:  # noqa: ARG001 - of this device, whoever uses it
    """Show pages in the other language from now on, on this device."""
    chosen = request.form.get("language")
    answer = done(wanted_address())
    return remember(answer, LANGUAGE_COOKIE, chosen) if chosen in LANGUAGES else answer


@pages.post("/theme")
@public
def choose_theme(context: RequestContext) -> Response:  # noqa: ARG001 - of this device, whoever uses it
    """Show pages light or dark from now on, on this device."""
    chosen = request.form.get("theme")
    answer = done(wanted_address())
    return remember(answer, THEME_COOKIE, chosen) if chosen in THEMES else answer


@pages.get("/help")
@signed_in_before()
def show_help(context: RequestContext) -> Response:
    """What somebody of one's role does here, on one page."""
    role: Role = context.actor.role
    lines = [line.strip() for line in text(f"help.{role}").splitlines() if line.strip()]
    return page("help.html", title=text("page.help"), lines=lines)


def _sentences(problem: dict[str, Any]) -> dict[str, str]:
    """What was refused, by field; without fields the whole."""
    return {name: found[0] for name, found in problem.get("errors", {}).items()} or {"": problem["detail"]}


def _passwords() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("current_password", "new_password")}


def _password_form(context: RequestContext, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    credential = context.caller.credential
    first = credential is not None and credential.next_step is NextStep.CHANGE_PASSWORD
    return page(
        "account/password.html",
        status=status,
        title=text("settings.password_title"),
        errors=errors or {},
        action=with_next("/settings/password", wanted_address()),
        first=first,
        username=directory.person_of(context.session, actor=context.actor).username or "",
    )
