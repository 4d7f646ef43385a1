"""Signing in and out."""

from typing import Any

from werkzeug.exceptions import TooManyRequests

from api.http.access import bearer_token, public, signed_in_before
from api.http.blueprint import Blueprint, json_body
from api.http.client_address import address_hashes
from api.http.context import RequestContext
from api.http.limits import give_back, note_wrong_name, take_try
from api.http.security_notes import note_stranger
from api.http.signing_in import answer_signed_in
from api.http.transaction import prepared_by
from api.schemas.accounts import SignInBody, TokenSchema
from service.errors import NotAllowed
from service.people import accounts
from service.people.accounts import Account
from service.people.tokens import revoke_token, signed_in_from
from service.security_log.writing import NewSecurityEntry, record_security
from workflows.credentials import NextStep
from workflows.security import SecurityKind, SecurityOutcome

blueprint = Blueprint("tokens", "Signing in and out")


def proven_account(context: RequestContext) -> tuple[Account, str | None] | None:
    """The account whose password was right, and its hash anew if that is outdated; None for a body that is none."""
    body = json_body(SignInBody())
    if body is None:
        return None
    username, password = body["username"], body["password"]
    account = accounts.account_named(context.session, username)
    known_here = account.person_id is not None and signed_in_from(
        context.session, account.person_id, address_hashes(), now=context.now
    )
    context.session.close()  # hashing takes long: nothing is held meanwhile
    tried = {"person_id": account.person_id, "username": username}
    try:
        take_try(username, known_here=known_here)
        accounts.prove(account, password, wrong="bad_credentials")
    except TooManyRequests:
        note_stranger(context, SecurityKind.SIGN_IN, SecurityOutcome.BLOCKED, **tried)
        raise
    except NotAllowed:
        note_wrong_name()
        note_stranger(context, SecurityKind.SIGN_IN, SecurityOutcome.FAILURE, **tried)
        raise
    give_back(username)
    return account, accounts.renewed_hash(account, password)


@blueprint.post("/tokens")
@public
@prepared_by(proven_account)
@blueprint.arguments(SignInBody)
@blueprint.response(201, TokenSchema)
def sign_in(context: RequestContext, body: dict[str, Any]) -> Any:  # noqa: ARG001 - held against the account before
    """Exchange user name and password for a bearer token, which is shown this once."""
    return answer_signed_in(context, accounts.let_in(context.session, *context.prepared))


@blueprint.delete("/tokens/current")
@signed_in_before(*NextStep)
@blueprint.response(204, None)
def sign_out(context: RequestContext) -> None:
    """Make the token of this request worthless."""
    revoke_token(context.session, bearer_token(), now=context.now)
    gone = NewSecurityEntry(kind=SecurityKind.SIGN_OUT, person_id=context.caller.id)
    record_security(context.session, gone, now=context.now)
