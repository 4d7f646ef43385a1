"""第二步验证: set up by oneself, asked for after the password, taken away by an administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.http.access import bearer_token, only, signed_in_before
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.hashing import own_password_shown
from api.http.limits import give_back_code_try, take_code_try
from api.http.security_notes import note
from api.http.signing_in import answer_with_sign_in, require_sign_in
from api.http.transaction import prepared_by, repeats_itself
from api.schemas.accounts import CodeBody, RecoveryCodesSchema, SecondFactorSchema, SeedBody, SeedSchema, TokenSchema
from service.errors import Conflict, NotAllowed
from service.people import directory
from service.people.access import second_factor
from service.people.access.held_tokens import end_tokens
from service.people.tokens import demands_second_factor, revoke_token
from workflows.credentials import NextStep, TokenKind
from workflows.security import SecurityKind, SecurityOutcome
from workflows.vocabulary import Role

blueprint = Blueprint("second-factor", "第二步验证 · codes of an app on one's own device, after the password")


@blueprint.get("/me/second-factor")
@signed_in_before(NextStep.SET_UP_SECOND_FACTOR)
@blueprint.response(200, SecondFactorSchema)
def show(context: RequestContext) -> Any:
    """Whether one has a second factor, whether the office demands it, and how many recovery codes are left."""
    person = directory.person_of(context.session, actor=context.actor)
    demanded = demands_second_factor(context.session, person, resources().settings.accounts)
    found = second_factor.standing(context.session, context.caller.id)
    return {"set_up_at": found.set_up_at, "demanded": demanded, "recovery_codes": found.recovery_codes}


@blueprint.post("/me/second-factor")
@signed_in_before(NextStep.SET_UP_SECOND_FACTOR)
@repeats_itself
@prepared_by(own_password_shown)
@blueprint.arguments(SeedBody)
@blueprint.response(201, SeedSchema)
def set_up(context: RequestContext, _body: dict[str, Any]) -> Any:
    """A seed for an app, shown this once; it counts once a code of it has confirmed it.

    Who has a password shows it: a token that somebody else got hold of is not enough to lock its owner out.
    """
    return new_seed(context)


def new_seed(context: RequestContext) -> dict[str, str]:
    """A seed for an app, and its address, for whoever has signed in and shown the password."""
    require_sign_in(context)
    secret_keys = resources().settings.secret_keys
    secret, uri = second_factor.set_up(context.session, context.caller.id, secret_keys=secret_keys, now=context.now)
    return {"secret": secret, "uri": uri}


@blueprint.post("/me/second-factor/confirmation")
@signed_in_before(NextStep.SET_UP_SECOND_FACTOR)
@repeats_itself
@blueprint.arguments(CodeBody)
@blueprint.response(201, RecoveryCodesSchema)
def confirm(context: RequestContext, body: dict[str, Any]) -> Any:
    """Show a code of the app: it is asked for from now on; answers with recovery codes. Other sign-ins end."""
    return {"recovery_codes": confirmed_by_code(context, body["code"])}


def confirmed_by_code(context: RequestContext, code: str) -> Any:
    """The recovery codes of whoever has shown a code of the app for the first time; NotAllowed for a wrong one."""
    credential = require_sign_in(context)
    secret_keys, me = resources().settings.secret_keys, context.caller.id
    with _one_try(context):
        codes = second_factor.confirm(
            context.session, me, code, secret_keys=secret_keys, actor=context.actor, now=context.now
        )
    end_tokens(context.session, me, now=context.now, but=credential)
    return codes


@blueprint.post("/me/second-factor/recovery-codes")
@signed_in_before()
@repeats_itself
@blueprint.arguments(CodeBody)
@blueprint.response(201, RecoveryCodesSchema)
def renew_codes(context: RequestContext, body: dict[str, Any]) -> Any:
    """New recovery codes in place of those from before, shown this once."""
    require_sign_in(context)
    secret_keys, me = resources().settings.secret_keys, context.caller.id
    renew = second_factor.renew_recovery_codes
    with _one_try(context):
        codes = renew(context.session, me, body["code"], secret_keys=secret_keys, now=context.now)
    return {"recovery_codes": codes}


@blueprint.post("/tokens/second-factor")
@signed_in_before(NextStep.SECOND_FACTOR)
@repeats_itself
@blueprint.arguments(CodeBody)
@blueprint.response(201, TokenSchema)
def sign_in(context: RequestContext, body: dict[str, Any]) -> Any:
    """The second step of a sign-in: a code of the app, or a recovery code, for the token that opens everything."""
    return signed_in_with_code(context, body["code"])


def signed_in_with_code(context: RequestContext, code: str) -> dict[str, Any]:
    """The token of whoever shows the second factor; NotAllowed for a wrong code, Conflict when none is awaited."""
    credential, me = context.caller.credential, context.caller.id
    if credential is None or credential.kind is not TokenKind.BEGUN:
        raise Conflict("no_code_awaited")
    secret_keys = resources().settings.secret_keys
    with _one_try(context):
        second_factor.prove_second(context.session, me, code, secret_keys=secret_keys, now=context.now)
    revoke_token(context.session, bearer_token(), now=context.now)
    person = directory.person_of(context.session, actor=context.actor)
    return answer_with_sign_in(context, person, proof=credential.proof)


@blueprint.delete("/people/<id:person_id>/second-factor")
@only(Role.SECURITY_ADMIN)
@blueprint.response(204, None)
def reset(context: RequestContext, person_id: str) -> None:
    """Take a person's second factor away, for one who has lost the device and the recovery codes; all sign-ins end."""
    second_factor.reset(context.session, person_id, actor=context.actor, now=context.now)


@contextmanager
def _one_try(context: RequestContext) -> Iterator[None]:
    """One try at a code: taken before it is looked at, given back when it was right, on record when it was wrong."""
    take_code_try(context.caller.id)
    try:
        yield
    except NotAllowed:
        note(context, SecurityKind.SECOND_FACTOR, SecurityOutcome.FAILURE)
        raise
    give_back_code_try(context.caller.id)
