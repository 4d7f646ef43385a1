"""登录与访问令牌: one's own, and for administrators anybody's: seen, made for programs, ended."""

from typing import Any

from flask import request

from api.http.access import only, signed_in_before
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.transaction import repeats_itself
from api.schemas.accounts import AccessTokenBody, AccessTokenSchema, HeldTokenSchema
from api.schemas.paging import PagingQuery
from api.schemas.response_fields import page_of
from service.people.access import held_tokens
from service.people.tokens import new_token
from service.security_log.writing import NewSecurityEntry, record_security
from service.store.idempotency import FIELD
from service.store.paging import Page
from workflows.security import SecurityKind
from workflows.vocabulary import Role

blueprint = Blueprint("held-tokens", "登录与访问令牌 · who is signed in where, and what programs hold")


@blueprint.get("/me/tokens")
@signed_in_before()
@blueprint.arguments(PagingQuery, location="query")
@blueprint.response(200, page_of(HeldTokenSchema))
def list_of_own(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """One's own sign-ins and access tokens that still hold, and where and when each was used last."""
    return own_tokens(context, **query)


def own_tokens(context: RequestContext, **query: Any) -> Page[Any]:
    """A page of the caller's own tokens, the one of this request marked."""
    return _shown(context, held_tokens.held_tokens(context.session, context.caller.id, now=context.now, **query))


@blueprint.post("/me/tokens")
@signed_in_before()
@repeats_itself
@blueprint.arguments(AccessTokenBody)
@blueprint.response(201, AccessTokenSchema)
def make_access_token(context: RequestContext, body: dict[str, Any]) -> Any:
    """Make a token for a program that acts in one's name; shown this once. It takes a sign-in, not another token."""
    text = new_token(resources().settings.secret_key, context.caller.id, request.headers.get(FIELD))
    held_tokens.create_access_token(context.session, context.caller, text=text, **body, now=context.now)
    return {"token": text}


@blueprint.delete("/me/tokens")
@signed_in_before()
@blueprint.response(204, None)
def end_own_others(context: RequestContext) -> None:
    """End all of one's sign-ins and access tokens but for the one of this request."""
    end_others(context)


def end_others(context: RequestContext) -> None:
    """End all of the caller's tokens but for that of this request, on record."""
    held_tokens.end_tokens(context.session, context.caller.id, now=context.now, but=_own(context))
    _record_end(context, None)


@blueprint.delete("/me/tokens/<id:token_id>")
@signed_in_before()
@blueprint.response(204, None)
def end_own(context: RequestContext, token_id: str) -> None:
    """End one of one's own sign-ins or access tokens."""
    end_one(context, token_id)


def end_one(context: RequestContext, token_id: str) -> None:
    """End one of the caller's own tokens, on record; raises NotFound."""
    held_tokens.end_token(context.session, context.caller.id, token_id, now=context.now)
    _record_end(context, token_id)


@blueprint.get("/people/<id:person_id>/tokens")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(PagingQuery, location="query")
@blueprint.response(200, page_of(HeldTokenSchema))
def list_of_persons(context: RequestContext, query: dict[str, Any], person_id: str) -> Page[Any]:
    """The sign-ins and access tokens of a person that still hold, the newest first."""
    found = held_tokens.tokens_of(context.session, person_id, actor=context.actor, now=context.now, **query)
    return _shown(context, found)


@blueprint.delete("/people/<id:person_id>/tokens")
@only(Role.SECURITY_ADMIN)
@blueprint.response(204, None)
def end_persons(context: RequestContext, person_id: str) -> None:
    """Sign a person out everywhere, and end his or her access tokens."""
    held_tokens.end_tokens_of(context.session, person_id, actor=context.actor, now=context.now)


@blueprint.delete("/people/<id:person_id>/tokens/<id:token_id>")
@only(Role.SECURITY_ADMIN)
@blueprint.response(204, None)
def end_persons_one(context: RequestContext, person_id: str, token_id: str) -> None:
    """End one sign-in or access token of a person."""
    ending = held_tokens.end_tokens_of
    ending(context.session, person_id, token_id=token_id, actor=context.actor, now=context.now)


def _record_end(context: RequestContext, token_id: str | None) -> None:
    """Of one of one's own, or of all others."""
    ended = NewSecurityEntry(kind=SecurityKind.SESSION_ENDED, person_id=context.caller.id, subject_id=token_id)
    record_security(context.session, ended, now=context.now)


def _own(context: RequestContext) -> str | None:
    credential = context.caller.credential
    return credential.token_id if credential else None


def _shown(context: RequestContext, found: Page[Any]) -> Page[Any]:
    own = _own(context)
    return Page([{"token": one, "current": one.id == own} for one in found.items], found.next_cursor)
