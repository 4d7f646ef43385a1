"""JSON, read and written strictly: no NaN, no half characters, no number that a double cannot hold."""

from typing import Any

import msgspec
from flask import Response
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest


class Encoding(JSONProvider):
    """Flask's way to JSON; instants, days and words are written as they are."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return msgspec.json.encode(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return read_json(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        content = msgspec.json.encode(self._prepare_response_obj(args, kwargs))
        return Response(content, mimetype="application/json")


def read_json(content: str | bytes) -> Any:
    """The value of a JSON text; BadRequest when it is none, or is nested beyond reason."""
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
