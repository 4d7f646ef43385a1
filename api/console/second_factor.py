"""Pages that set up one's own second factor: the password, a seed for the app, a first code, recovery codes."""

from flask import request
from werkzeug.wrappers import Response

from api.accounts.second_factor import confirmed_by_code, new_seed
from api.console.pages import Pages, told_on_the_page
from api.console.rendering import page, text
from api.http.access import signed_in_before
from api.http.context import RequestContext
from api.http.hashing import own_password_shown
from api.http.problems import Refusal, problem_of, status_of
from api.http.transaction import prepared_by
from service.errors import DubanError
from workflows.credentials import NextStep

pages = Pages("second_factor")


@pages.get("/settings/second-factor")
@signed_in_before(NextStep.SET_UP_SECOND_FACTOR)
def ask_password(context: RequestContext) -> Response:  # noqa: ARG001 - the page is the same for all
    """Say what a second factor is, and ask for the password."""
    return _page("password")


@pages.post("/settings/second-factor")
@signed_in_before(NextStep.SET_UP_SECOND_FACTOR)
@prepared_by(told_on_the_page(own_password_shown))
def set_up(context: RequestContext) -> Response:
    """Show a seed for the app, this once, and ask for a first code."""
    if isinstance(context.prepared, Refusal):
        problem = context.prepared.problem
        found = [sentences[0] for sentences in problem.get("errors", {}).values()]
        return _page("password", context.prepared.status, refusal="".join(found) or problem["detail"])
    try:
        with context.session.begin_nested():
            seed = new_seed(context)
    except DubanError as refusal:
        return _page("password", status_of(refusal), refusal=problem_of(refusal)["detail"])
    return _page("code", seed=seed)


@pages.post("/settings/second-factor/confirmation")
@signed_in_before(NextStep.SET_UP_SECOND_FACTOR)
def confirm(context: RequestContext) -> Response:
    """Ask for codes of the app from now on, and show the recovery codes, this once."""
    code = request.form.get("code", "").strip()
    if not code:
        return _page("code", 422, refusal=text("signing_in.code_needed"))
    try:
        with context.session.begin_nested():
            codes = confirmed_by_code(context, code)
    except DubanError as refusal:
        return _page("code", status_of(refusal), refusal=problem_of(refusal)["detail"])
    return _page("codes", codes=list(codes))


def _page(
    step: str,
    status: int = 200,
    *,
    refusal: str | None = None,
    seed: dict[str, str] | None = None,
    codes: list[str] | None = None,
) -> Response:
    return page(
        "account/second_factor.html",
        status=status,
        title=text("settings.second_factor"),
        step=step,
        refusal=refusal,
        seed=seed,
        codes=codes or [],
    )
