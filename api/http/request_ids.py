"""The id of a request, a trusted proxy's or our own: in the answer, in the lines of the log, in what is recorded."""

import re
import secrets
from ipaddress import ip_address

import structlog
from flask import Flask, Response, g, has_request_context, request

from api.http.context import resources

HEADER = "X-Request-ID"
_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def register_request_ids(app: Flask) -> None:
    """Give every request an id, before anything else looks at it."""
    app.before_request(_begin)
    app.after_request(_answer)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")


def request_id() -> str | None:
    """The id of the present request; None outside of one."""
    return g.get("request_id") if has_request_context() else None


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _FORM.fullmatch(given) and _is_trusted() else secrets.token_hex(16)
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _is_trusted() -> bool:
    try:
        neighbour = ip_address(request.remote_addr or "")
    except ValueError:  # a socket in the file system, or nothing
        return False
    return any(neighbour in network for network in resources().settings.trusted_proxies)


def _answer(response: Response) -> Response:
    if known := request_id():
        response.headers[HEADER] = known
    return response
