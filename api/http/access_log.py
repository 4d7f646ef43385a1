"""The access log: one line a request, without anything that tells who or what it was about, but for the account's id.

Method, the route's template, status, milliseconds, bytes, request id. Addresses of strangers, names and what is looked
for stand in none. Strangers share so many lines a minute; what is beyond, and every 429 of theirs, is added up.
"""

import threading
from collections import Counter
from time import monotonic

import structlog
from flask import Flask, Response, current_app, g, request

from api.http.context import RequestContext

STRANGERS_LINES = 60  # a minute and process
SUM_EVERY = 60.0  # seconds

_log = structlog.get_logger("duban.access")


class Strangers:
    """How many lines strangers have had in this minute, and the answers that had none, by status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines, self._since = 0, monotonic()
        self._summed: Counter[int] = Counter()

    def takes_line(self, status: int) -> bool:
        """Whether this answer has a line of its own; else it is added up."""
        with self._lock:
            if status != 429 and self._lines < STRANGERS_LINES:
                self._lines += 1
                return True
            self._summed[status] += 1
            return False

    def over(self) -> dict[int, int]:
        """What was added up, once a minute is over."""
        with self._lock:
            if monotonic() < self._since + SUM_EVERY:
                return {}
            self._lines, self._since = 0, monotonic()
            summed = dict(self._summed)
            self._summed.clear()
            return summed


def register_access_log(app: Flask) -> None:
    """Write a line for every request."""
    app.extensions["duban.access_log"] = Strangers()
    app.after_request(_log_line)

    @app.before_request
    def begin() -> None:
        g.began_at = monotonic()


def _log_line(response: Response) -> Response:
    strangers: Strangers = current_app.extensions["duban.access_log"]
    context: RequestContext | None = g.get("request_context")
    account = context.authenticated.id if context and context.authenticated else g.get("signed_in_id")
    if summed := strangers.over():
        _log.info("requests_summed", **{f"of_{status}": number for status, number in sorted(summed.items())})
    if account is not None or strangers.takes_line(response.status_code):
        _log.info(
            "request",
            method=request.method if request.method.isalpha() and len(request.method) < 10 else "-",
            route=request.url_rule.rule if request.url_rule else "-",
            status=response.status_code,
            ms=round((monotonic() - g.get("began_at", monotonic())) * 1000),
            bytes=response.calculate_content_length(),
            account=account or "-",
        )
    return response
