"""Errors as problem details (RFC 9457), in the caller's language: the API's one mapping."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from api.http.context import language
from service.errors import Conflict, DubanError, InvalidInput, NotAllowed, NotFound, Unavailable
from service.wording import sentence, wording
from service.wording.texts import written

RETRY_AFTER = 5  # seconds, when the database is busy or lost
STATUSES: dict[type[DubanError], int] = {
    NotFound: 404,
    InvalidInput: 422,
    NotAllowed: 403,
    Conflict: 409,
    Unavailable: 503,
}
UNKNOWN_CALLER = ("unauthenticated", "bad_credentials")
CODES = {  # of HTTP's own errors
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    412: "stale_version",
    413: "body_too_large",
    415: "not_json",
    422: "invalid_input",
    428: "version_missing",
    429: "too_many_requests",
    500: "internal_error",
    501: "malformed",  # a way of sending that nobody needs
}


def status_of(error: DubanError) -> int:
    """The HTTP status of a use case's error."""
    if error.code in UNKNOWN_CALLER:
        return 401
    if error.code == "stale_version" and (request.method == "PATCH" or request.if_match):
        return 412
    return next(status for kind, status in STATUSES.items() if isinstance(error, kind))


def problem_of(error: DubanError) -> dict[str, Any]:
    """The problem details of a use case's error, in the caller's language."""
    problem = _problem(status_of(error), error.code, **error.particulars)
    if isinstance(error, InvalidInput):
        problem["errors"] = {field: [_sentence(code, error.particulars)] for field, code in error.fields.items()}
    for name in ("state", "allowed_moves", "undecided", "stale", "rounds", "reasons", "next_step"):
        if name in error.particulars:
            problem[name] = error.particulars[name]
    return problem


def register_problems(app: Flask) -> None:
    """Answer every error that leaves a route with problem details."""
    app.register_error_handler(DubanError, answer_to_error)
    app.register_error_handler(HTTPException, of_http)


def of_http(error: HTTPException) -> Response:
    """The answer to an error of HTTP itself: unknown address, body too large, fields that the schema refuses."""
    status = error.code or 500
    problem = _problem(status, CODES.get(status, "malformed" if status < 500 else "internal_error"))
    messages = getattr(error, "data", {}).get("messages")
    if messages is not None:
        problem["errors"] = {
            field: [_sentence(code, getattr(code, "particulars", None)) for code in codes]
            for location in messages.values()
            for field, codes in _paths(location)
        }
    answer = _answer(problem)
    headers = (header for header in error.get_headers() if header[0] in ("Allow", "Retry-After"))
    answer.headers.extend(headers)
    return answer


def answer_to_error(error: DubanError) -> Response:
    """The problem details of a use case's error, with the headers that belong to it."""
    answer = _answer(problem_of(error))
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="duban"'
    if answer.status_code == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _answer(problem: Mapping[str, Any]) -> Response:
    answer = current_app.response_class(
        msgspec.json.encode(problem), problem["status"], mimetype="application/problem+json"
    )
    answer.headers["Content-Language"] = language()
    return answer


def _problem(status: int, code: str, **particulars: object) -> dict[str, Any]:
    # rare statuses have the title of their hundred
    title = str(status) if str(status) in wording("problems") else str(status // 100 * 100)
    return {
        "type": f"urn:duban:problem:{code}",
        "title": written("problems", title, language()),
        "status": status,
        "detail": _sentence(code, particulars),
        "code": code,
    }


def _sentence(code: str, particulars: Mapping[str, Any] | None = None) -> str:
    return sentence(code, language(), **(particulars or {}))


def _paths(messages: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """`{"findings": {0: {"id": [..]}}}` → `("findings.0.id", [..])`."""
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            here = "body" if name == "_schema" and not path else str(name)
            yield from _paths(below, f"{path}.{here}".lstrip("."))
    else:
        yield path, list(messages)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what a page prepares was refused: it is said on the page, beside what was typed."""

    error: DubanError | HTTPException

    @property
    def status(self) -> int:
        return status_of(self.error) if isinstance(self.error, DubanError) else self.error.code or 500

    @property
    def problem(self) -> dict[str, Any]:
        if isinstance(self.error, DubanError):
            return problem_of(self.error)
        told: dict[str, Any] = of_http(self.error).get_json(force=True)
        return told
