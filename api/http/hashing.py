"""What is hashed before the transaction of a password begins: hashing takes long, and nothing is held meanwhile."""

from api.http.blueprint import json_body
from api.http.context import RequestContext, resources
from api.http.limits import give_back_own, limit_codes, note_wrong_code, take_own_try
from api.http.security_notes import note, note_stranger
from api.schemas.people import AcceptanceBody, PasswordBody
from service.errors import NotAllowed
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
    account = account_of(context.session, context.caller.id, resources().settings.accounts.passwords)
    context.session.close()
    take_own_try()
    try:
        prove(account, body["current_password"], wrong="wrong_password")
    except NotAllowed:
        note(context, SecurityKind.PASSWORD, SecurityOutcome.FAILURE)
        raise
    give_back_own()
    require_unused(account, body["new_password"], field="new_password")
    return account, hash_password(body["new_password"])
