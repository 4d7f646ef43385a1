"""统一身份认证账号: a token for whom the provider has sent back, and which account the provider means."""

from typing import Any

from flask import request

from api.accounts.provider_sign_in import note_refused_by_provider
from api.http.access import only, public, signed_in_before
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.limits import limit_provider_sign_ins
from api.http.proven import Proven, forget_proven, proven_here
from api.http.signing_in import answer_signed_in, require_sign_in
from api.http.transaction import prepared_by
from api.schemas.accounts import ProviderAccountSchema, SubjectBody, TokenSchema
from service.errors import NotAllowed
from service.people.access import provider_accounts
from service.people.tokens import new_token, was_issued
from workflows.credentials import NextStep, SignInProof
from workflows.vocabulary import Role

blueprint = Blueprint("provider-accounts", "统一身份认证 · sign-ins at the office's own OIDC provider")
OWN_PAGES = ("same-origin", "none")


def proven_by_provider(context: RequestContext) -> Proven:
    """What this browser shows, before anything is written."""
    limit_provider_sign_ins()
    if request.headers.get("Sec-Fetch-Site", OWN_PAGES[0]) not in OWN_PAGES:
        raise NotAllowed("no_provider_sign_in")
    return proven_here(now=context.now)


@blueprint.post("/tokens/provider")
@public
@prepared_by(proven_by_provider)
@blueprint.response(201, TokenSchema)
def sign_in(context: RequestContext) -> Any:
    """A bearer token for whom the provider has sent back in this browser, which is shown this once."""
    return signed_in_by_provider(context)


def signed_in_by_provider(context: RequestContext) -> dict[str, Any]:
    """The token of whom `proven_by_provider` has found; NotAllowed for a closed account or a token taken before."""
    proven: Proven = context.prepared
    try:
        person = provider_accounts.holder(context.session, proven.subject_hash, locked=True)
        text = _token_of(context, person.id, proven)
    except NotAllowed as refusal:
        note_refused_by_provider(context, refusal)
        raise
    forget_proven()
    proof = SignInProof.PROVIDER_WITH_FACTOR if proven.with_factor else SignInProof.PROVIDER
    return answer_signed_in(context, person, proof=proof, text=text)


def _token_of(context: RequestContext, person_id: str, proven: Proven) -> str:
    """The one token that comes of this sign-in; NotAllowed when it was fetched before."""
    text = new_token(resources().settings.secret_key, person_id, f"provider {proven.handle}")
    if was_issued(context.session, text):
        raise NotAllowed("no_provider_sign_in")
    return text


@blueprint.get("/me/provider-account")
@signed_in_before(NextStep.SET_UP_SECOND_FACTOR)
@blueprint.response(200, ProviderAccountSchema)
def show(context: RequestContext) -> Any:
    """Since when one may sign in at the office's provider, and whether there is one."""
    there = resources().settings.oidc is not None
    return {"linked_at": provider_accounts.linked_at(context.session, context.caller.id), "available": there}


@blueprint.put("/me/provider-account")
@signed_in_before()
@prepared_by(proven_by_provider)
@blueprint.response(200, ProviderAccountSchema)
def link_own(context: RequestContext) -> Any:
    """Link one's account to whom the provider has sent back in this browser; later sign-ins there are one's own."""
    require_sign_in(context)
    proven: Proven = context.prepared
    provider_accounts.link_own(context.session, subject_hash=proven.subject_hash, actor=context.actor, now=context.now)
    forget_proven()
    return {"linked_at": provider_accounts.linked_at(context.session, context.caller.id), "available": True}


@blueprint.delete("/me/provider-account")
@signed_in_before()
@blueprint.response(204, None)
def unlink_own(context: RequestContext) -> None:
    """Sign in with the password alone again; one's other sign-ins end."""
    token_id = require_sign_in(context)
    provider_accounts.unlink_own(context.session, token_id=token_id, actor=context.actor, now=context.now)


@blueprint.put("/people/<id:person_id>/provider-account")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(SubjectBody)
@blueprint.response(200, ProviderAccountSchema)
def link(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Say whom the provider means by a subject (`sub`); all sign-ins of the person end when that is new."""
    provider = resources().settings.oidc
    subject, actor = body["subject"], context.actor
    link_ = provider_accounts.link
    link_(context.session, person_id, provider=provider, subject=subject, actor=actor, now=context.now)
    return {"linked_at": provider_accounts.linked_at(context.session, person_id), "available": True}


@blueprint.delete("/people/<id:person_id>/provider-account")
@only(Role.SECURITY_ADMIN)
@blueprint.response(204, None)
def unlink(context: RequestContext, person_id: str) -> None:
    """Let a person sign in at the provider no more; all sign-ins end."""
    provider_accounts.unlink(context.session, person_id, actor=context.actor, now=context.now)
