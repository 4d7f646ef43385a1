"""How often one may ask: wrong passwords per user name and address, calendars per address, everything per token.

Counted in Redis, so that several processes count together; in memory while there is none or it is away. A stranger
who guesses at a user name stops neither its owner, who asks from elsewhere, nor whoever has a token.
"""

from hashlib import sha256
from typing import Any

import msgspec
from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded

from api.http.problems import of_http
from service.people.accounts import normal_username

WRONG_PASSWORDS = "10 per 15 minutes"
SIGN_INS = "300 per minute"  # of one address: each costs an argon2 hash
CALLS = "1200 per minute"  # of one token
CALENDARS = "60 per minute"  # of one address, and
CALENDARS_OF_HOST = "1200 per minute"  # a whole office may stand behind one
SIGN_IN, CALENDAR = "tokens.sign_in", "calendar.feed"
IN_MEMORY = "memory://"


def limit_calls(app: Flask, redis_url: str | None) -> None:
    """Limit sign-ins and calls; a caller beyond a limit gets 429 and is told when to come back."""
    limiter = Limiter(
        _token,
        app=app,
        application_limits=[CALLS],
        application_limits_exempt_when=lambda: request.authorization is None,
        storage_uri=_storage(redis_url),
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1} if redis_url else {},
        in_memory_fallback_enabled=redis_url is not None,
        swallow_errors=True,  # Redis gone in the middle of a request is no reason to fail it
        strategy="moving-window",
        key_prefix="duban",
    )
    app.register_error_handler(RateLimitExceeded, _with_retry_after)
    views: dict[str, Any] = app.view_functions
    sign_ins = limiter.limit(SIGN_INS, key_func=_address)
    wrong_passwords = limiter.limit(
        WRONG_PASSWORDS,
        key_func=lambda: f"{_short_hash(_username())}:{_address()}",
        deduct_when=lambda answer: answer.status_code == 401,
    )
    views[SIGN_IN] = wrong_passwords(sign_ins(views[SIGN_IN]))
    calendars_of_host = limiter.limit(CALENDARS_OF_HOST, key_func=_address)
    views[CALENDAR] = limiter.limit(CALENDARS, key_func=lambda: _short_hash(request.path))(
        calendars_of_host(views[CALENDAR])
    )


def _storage(redis_url: str | None) -> str:
    if redis_url is None:
        return IN_MEMORY
    return redis_url.replace("unix://", "redis+unix://", 1)


def _with_retry_after(error: RateLimitExceeded) -> Response:
    error.retry_after = error.limit.limit.get_expiry()  # seconds until the oldest call is forgotten, at most
    return of_http(error)


def _token() -> str:
    authorization = request.authorization
    return _short_hash(authorization.token or "" if authorization else "")


def _address() -> str:
    return request.remote_addr or ""


def _username() -> str:
    """The user name of a sign-in, in its one spelling; empty when the body cannot be read."""
    try:
        return normal_username(msgspec.json.decode(request.get_data(), type=_SignIn).username)
    except (ValueError, RecursionError):
        return ""


class _SignIn(msgspec.Struct):
    username: str


def _short_hash(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
