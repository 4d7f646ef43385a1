"""Whoever brings a token that was never valid, kept out before he or she costs anything."""

import structlog
from flask import Flask, g, request
from werkzeug.exceptions import HTTPException, InternalServerError

from api.http.access import API, bearer_token
from api.http.context import resources
from api.http.known_tokens import known_tokens
from api.http.limits import limit_stranger, note_right_token, note_wrong_token
from service.errors import DubanError, NotAllowed
from service.people.tokens import require_valid
from service.store.db import unavailable_when_lost

_log = structlog.get_logger()


def require_known_token() -> None:
    """Raise NotAllowed `unauthenticated` for a token that never held: no body is read for it, no transaction begun."""
    limit_stranger()
    token = bearer_token()
    if token in known_tokens():
        return
    with unavailable_when_lost(), resources().reading() as session:
        try:
            require_valid(session, token, now=resources().now(session))
        except NotAllowed:
            note_wrong_token(session)
            raise
    note_right_token(token)


def refusal_of(app: Flask, environ: dict[str, object]) -> Exception | None:
    """Why this request may not bring a large body; None when it may. Whatever goes wrong is a reason."""
    try:
        with app.request_context(environ):
            _require_leave()
    except (DubanError, HTTPException) as refusal:
        return refusal
    except Exception:  # noqa: BLE001 - the connection waits for an answer, whatever it is
        _log.exception("a token could not be looked at")
        return InternalServerError()
    return None


def _require_leave() -> None:
    """Raise NotAllowed, unless the token holds; or was ours, on a page: what was typed is carried through a sign-in."""
    try:
        require_known_token()
    except NotAllowed:
        if g.get("ended_token_of") is None or request.path.startswith(API):
            raise
