"""统一身份认证登录: the two doors that a browser goes through, out to the office's provider and back."""

from importlib import resources as files

from flask import Blueprint, Response, current_app, g
from jinja2 import Template

from api.http.access import public
from api.http.context import RequestContext, resources
from api.http.headers import NOTHING, style_of
from api.http.limits import limit_provider_sign_ins, note_wrong_name
from api.http.problems import status_of
from api.http.proven import Proven, forget_proven, keep_proven
from api.http.provider import provider
from api.http.security_notes import note_stranger
from service.errors import DubanError, NotAllowed
from service.people.access.provider_accounts import holder
from service.store.db import unavailable_when_lost
from service.wording import sentence
from workflows.security import SecurityKind, SecurityOutcome

blueprint = Blueprint("provider_sign_in", __name__)
OUT, BACK = "/sign-in/oidc", "/sign-in/oidc/callback"
PAGE = (files.files("api.accounts") / "sign_in.html").read_text("utf-8")
POLICY = f"{NOTHING}; style-src {style_of(PAGE)}".replace("form-action 'none'", "form-action 'self'")
_PAGE = Template(PAGE, autoescape=True)


@blueprint.get(OUT)
@public
def leave() -> Response:
    """Send the browser to the provider."""
    try:
        limit_provider_sign_ins()
        return provider().begin(f"{resources().settings.base_url}{BACK}")
    except DubanError as error:
        return _page(error.code, status_of(error))


@blueprint.get(BACK)
@public
def come_back() -> Response:
    """Look whom the provider has sent back, and let the browser fetch that person's token."""
    try:
        limit_provider_sign_ins()
        outcome: Proven | NotAllowed = provider().finish()  # no transaction is open while the provider is asked
    except NotAllowed as refusal:
        outcome = refusal
    except DubanError as error:
        return _page(error.code, status_of(error))
    with unavailable_when_lost(), resources().reading() as session:
        g.request_context = context = RequestContext(session, resources().now(session))
        try:
            return _let_fetch(context, outcome)
        except NotAllowed as refusal:
            if refusal.code != "provider_account_unknown":  # who is unknown may link the two with a password
                forget_proven()
            note_refused_by_provider(context, refusal)
            return _page(refusal.code, status_of(refusal))


def note_refused_by_provider(context: RequestContext, refusal: NotAllowed) -> None:
    """Put on record that a sign-in at the provider opened nothing, and count it for its address."""
    note_wrong_name()
    data = {"by": "provider", "reason": refusal.code}
    person_id = refusal.particulars.get("person_id")
    note_stranger(
        context,
        SecurityKind.SIGN_IN,
        SecurityOutcome.FAILURE,
        person_id=str(person_id) if person_id else None,
        data=data,
    )


def _let_fetch(context: RequestContext, outcome: Proven | NotAllowed) -> Response:
    if isinstance(outcome, NotAllowed):
        raise outcome
    keep_proven(outcome, now=context.now)
    person = holder(context.session, outcome.subject_hash)
    return _page("provider_sign_in_done", 200, name=person.name)


def _page(code: str, status: int, *, name: str = "") -> Response:
    zh, en = (sentence(code, language, name=name) for language in ("zh", "en"))
    page = current_app.response_class(_PAGE.render(zh=zh, en=en, done=status == 200), status, mimetype="text/html")
    page.headers["Content-Security-Policy"] = POLICY
    page.headers["Referrer-Policy"] = "same-origin"  # without a referrer the form would come with `Origin: null`
    return page
