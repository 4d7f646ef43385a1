"""What the server has refused before the application was asked: told like every other error."""

from typing import Any

from flask import Flask, request

REFUSAL = "duban.refusal"  # in the environment of a request: the error


def register_refusals(app: Flask) -> None:
    """Answer with the server's refusal, whatever the route."""
    app.before_request(_raise_refusal)


def _raise_refusal() -> None:
    refusal: Any = request.environ.get(REFUSAL)
    if refusal is not None:
        raise refusal
