"""JSON, read and written strictly: no NaN, no half characters, no number too large, no name twice in one object."""

import json
from collections import Counter
from typing import Any

import msgspec
from flask import Response
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest

from service.errors import InvalidInput


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
    """The value of a JSON text; BadRequest when it is none, or is nested beyond reason.

    InvalidInput for names that come twice in one object: readers differ in which of the two they take.
    """
    twice: list[str] = []

    def note_twice(pairs: list[tuple[str, Any]]) -> None:
        twice.extend(name for name, number in Counter(name for name, _ in pairs).items() if number > 1)

    try:
        value = msgspec.json.decode(content)
        json.loads(content, object_pairs_hook=note_twice, parse_int=str, parse_float=str)  # which alone sees them all
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if twice:
        raise InvalidInput(dict.fromkeys(twice, "comes_twice"))
    return value
