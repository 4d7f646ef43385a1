"""Pages of what lets programs in under one's own name: access tokens, and the address of one's calendar."""

from secrets import token_urlsafe
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.accounts import held_tokens as own
from api.console.office.sending import Refused, form_of, tried
from api.console.pages import Pages, done
from api.console.rendering import page, text
from api.http.access import signed_in, signed_in_before
from api.http.context import RequestContext, resources
from api.schemas.accounts import AccessTokenBody
from service.calendar_feed import close_feed, new_address, open_feed
from service.people.access.held_tokens import create_access_token
from service.people.tokens import new_token
from service.store.paging import LARGEST_LIMIT
from workflows.credentials import TokenKind

pages = Pages("own_keys")
AT = "/settings/tokens"
FEED = "/settings/calendar-address"


@pages.get(AT)
@signed_in_before()
def index(context: RequestContext) -> Response:
    """One's access tokens, and a form for another."""
    return _tokens_page(context)


@pages.post(AT)
@signed_in_before()
def make(context: RequestContext) -> Response:
    """Make one, which is shown this once; sent again by a double click it is the same."""
    token = new_token(resources().settings.secret_key, context.caller.id, request.form.get("once"))

    def do(**body: Any) -> None:
        create_access_token(context.session, context.caller, text=token, **body, now=context.now)

    refusal = tried(context, "token-new", AccessTokenBody, do)
    return _tokens_page(context, refusal) if refusal else _tokens_page(context, token=token)


@pages.post(f"{AT}/<id:token_id>/end")
@signed_in_before()
def end(context: RequestContext, token_id: str) -> Response:
    """End one of one's own tokens or sign-ins."""
    own.end_one(context, token_id)
    return done(AT, "ended")


@pages.get(FEED)
@signed_in
def ask_address(context: RequestContext) -> Response:  # noqa: ARG001 - the page is the same for all
    """Say what the address of a calendar is for."""
    return _feed_page()


@pages.post(FEED)
@signed_in
def open_address(context: RequestContext) -> Response:
    """A new address of one's calendar, shown this once; the one before is worth nothing any more."""
    settings = resources().settings
    address = new_address(settings.secret_key, context.caller.id, request.form.get("once"))
    until = open_feed(context.session, address, actor=context.actor, now=context.now)
    return _feed_page(f"{settings.base_url}/calendar/{address}.ics", until)


@pages.post(f"{FEED}/end")
@signed_in
def close_address(context: RequestContext) -> Response:
    """Let the address open nothing any more."""
    close_feed(context.session, actor=context.actor, now=context.now)
    return done(FEED, "ended")


def _tokens_page(context: RequestContext, refusal: Refused | None = None, token: str | None = None) -> Response:
    held = own.own_tokens(context, limit=LARGEST_LIMIT).items
    return page(
        "account/tokens.html",
        status=refusal.status if refusal else 200,
        title=text("settings.tokens"),
        tokens=[one["token"] for one in held if one["token"].kind is TokenKind.ACCESS],
        token=token,
        once=token_urlsafe(18),
        form=form_of("token-new", AccessTokenBody, AT, known={"scope": "read", "days": 90}, refusal=refusal),
    )


def _feed_page(url: str | None = None, until: Any = None) -> Response:
    return page(
        "account/calendar.html", title=text("settings.calendar"), url=url, until=until, at=FEED, once=token_urlsafe(18)
    )
