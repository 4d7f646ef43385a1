"""Signing in and out."""

from typing import Any

from api.http.access import bearer_token, public, signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.schemas.tokens import SignInBody, TokenSchema
from service.people import accounts
from service.people.tokens import SIGN_IN_VALID_FOR, issue_token, revoke_token

blueprint = Blueprint("tokens", "Signing in and out")


@blueprint.post("/tokens")
@public
@blueprint.arguments(SignInBody)
@blueprint.response(201, TokenSchema)
def sign_in(context: RequestContext, body: dict[str, Any]) -> Any:
    """Exchange user name and password for a bearer token, which is shown this once."""
    person = accounts.sign_in(context.session, **body, now=context.now)
    token = issue_token(context.session, person=person, now=context.now, expires_after=SIGN_IN_VALID_FOR)
    return {"token": token, "expires_at": context.now + SIGN_IN_VALID_FOR}


@blueprint.delete("/tokens/current")
@signed_in
@blueprint.response(204, None)
def sign_out(context: RequestContext) -> None:
    """Make the token of this request worthless."""
    revoke_token(context.session, bearer_token(), now=context.now)
