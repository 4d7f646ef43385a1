"""What is hashed before the transaction of a password begins: hashing takes long, and nothing is held meanwhile."""

from flask import g, request

from api.http.blueprint import json_body
from api.http.context import RequestContext, resources
from api.http.limits import give_back_own, limit_codes, note_wrong_code, take_own_try
from api.http.security_notes import note, note_stranger
from api.schemas.accounts import SeedBody
from api.schemas.people import AcceptanceBody, PasswordBody
from service.errors import InvalidInput, NotAllowed
from service.people.accounts import Account, account_of, prove, require_unused
from service.people.invitations import invited_person_id
from service.people.passwords import hash_password
from workflows.security import SecurityKind, SecurityOutcome


def hashed_for_open_code(context: RequestContext) -> str | None:
    """The hash of the password that comes with a code that is open; None for a body that is none."""
    body = json_body(AcceptanceBody())
    if body is None:
        return None
    limit_codes()
    try:
        person_id = invited_person_id(context.session, body["token"], now=context.now)
    except NotAllowed:
        note_wrong_code()
        note_stranger(context, SecurityKind.INVITATION, SecurityOutcome.FAILURE)
        raise
    account = account_of(context.session, person_id, resources().settings.accounts.passwords)
    context.session.close()
    require_unused(account, body["password"], field="password")
    return hash_password(body["password"])


def own_password(context: RequestContext) -> tuple[Account, str] | None:
    """One's account, whose password was right, and the new one's hash; None for a body that is none."""
    body = json_body(PasswordBody())
    if body is None:
        return None
    account = _own_account(context)
    _prove_own(context, account, body["current_password"])
    require_unused(account, body["new_password"], field="new_password")
    return account, hash_password(body["new_password"])


def own_password_shown(context: RequestContext) -> None:
    """See that the caller has shown the password of his or her account, if it has one: a stolen token has none.

    InvalidInput `required` without one, NotAllowed `wrong_password`; of a body that is none the route says so.
    """
    body = json_body(SeedBody()) if request.get_data() else {}
    if body is None and g.get("is_page"):  # nobody after this looks at a page's form
        raise InvalidInput({"current_password": "required"})
    if body is None:
        return
    account = _own_account(context)
    if account.password_hash is None:  # signs in at the office's provider alone
        return
    if "current_password" not in body:
        raise InvalidInput({"current_password": "required"})
    _prove_own(context, account, body["current_password"])


def _own_account(context: RequestContext) -> Account:
    account = account_of(context.session, context.caller.id, resources().settings.accounts.passwords)
    context.session.close()
    return account


def _prove_own(context: RequestContext, account: Account, password: str) -> None:
    """Take a try at one's own password, on record when it is wrong."""
    take_own_try()
    try:
        prove(account, password, wrong="wrong_password")
    except NotAllowed:
        note(context, SecurityKind.PASSWORD, SecurityOutcome.FAILURE)
        raise
    give_back_own()
