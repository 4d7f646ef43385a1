"""Signing in and out."""

from datetime import timedelta
from typing import Any

from api.http.access import bearer, public, signed_in
from api.http.blueprint import Blueprint
from api.http.door import work
from api.schemas.tokens import SignInBody, TokenSchema
from service.people import accounts

blueprint = Blueprint("tokens", "Signing in and out")
VALID_FOR = timedelta(hours=12)  # a working day; longer-lived ones are made with `duban token create`


@blueprint.post("/tokens")
@public
@blueprint.arguments(SignInBody)
@blueprint.response(201, TokenSchema)
def sign_in(body: dict[str, Any]) -> Any:
    """Exchange user name and password for a bearer token, which is shown this once."""
    at_work = work()
    person = accounts.sign_in(at_work.session, **body, now=at_work.now)
    token = accounts.issue_token(at_work.session, person=person, now=at_work.now, expires_after=VALID_FOR)
    return {"token": token, "expires_at": at_work.now + VALID_FOR}


@blueprint.delete("/tokens/current")
@signed_in
@blueprint.response(204, None)
def sign_out() -> None:
    """Make the token of this request worthless."""
    accounts.revoke_token(work().session, bearer(), now=work().now)
