"""A blueprint of this door: strict arguments, a rule for every route, one transaction a request."""

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Request
from flask_smorest import Blueprint  # type: ignore[import-untyped]
from webargs.flaskparser import FlaskParser, is_json_request
from webargs.multidictproxy import MultiDictProxy
from werkzeug.exceptions import UnsupportedMediaType

from api.http.access import Access, rule_of
from api.http.encoding import read_json
from api.http.transaction import in_one_transaction
from service.errors import InvalidInput
from service.store.idempotency import FIELD, LONGEST_KEY

BASE = "/api/v1"
View = Callable[..., Any]
Decorating = Callable[[View], View]
_KEY = {
    "name": FIELD,
    "in": "header",
    "required": False,
    "description": "The same key and body give the first answer; another body is an error.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}


class _Parser(FlaskParser):
    """Unknown fields are errors everywhere, also in a query; a body that is no JSON is not taken for an empty one."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data()
        if not body:
            return {}
        if not is_json_request(req):
            raise UnsupportedMediaType
        return read_json(body)

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        twice = [name for name, values in req.args.lists() if len(values) > 1]
        if twice:
            raise InvalidInput(dict.fromkeys(twice, "duplicate"))
        return super().load_querystring(req, schema)

    def load_files(self, req: Request, schema: ma.Schema) -> MultiDictProxy:
        twice = [name for name, values in req.files.lists() if len(values) > 1]
        if req.form or twice:
            raise InvalidInput({**dict.fromkeys(req.form, "unknown_field"), **dict.fromkeys(twice, "duplicate")})
        return self._makeproxy(req.files, schema)


class Subject(Blueprint):  # type: ignore[misc]  # smorest is not typed
    """The routes of one subject, under /api/v1."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, name, url_prefix=BASE, description=description)

    def get(self, path: str) -> Decorating:
        """Register what answers a GET."""
        return lambda view: self.add_route(path, "GET", view)

    def post(self, path: str) -> Decorating:
        """Register what answers a POST."""
        return lambda view: self.add_route(path, "POST", view)

    def patch(self, path: str) -> Decorating:
        """Register what answers a PATCH."""
        return lambda view: self.add_route(path, "PATCH", view)

    def delete(self, path: str) -> Decorating:
        """Register what answers a DELETE."""
        return lambda view: self.add_route(path, "DELETE", view)

    def add_route(self, path: str, method: str, view: View, *, name: str | None = None) -> View:
        """Register a route; raises `RouteWithoutRule` when it says nothing about who may call it."""
        documented = _documented(view, rule_of(view), method)
        self.add_url_rule(path, name or view.__name__, in_one_transaction(documented), methods=(method,))
        return view

    def takes(self, schema: type[ma.Schema], place: str = "json") -> Decorating:
        """Hand the view, first of all, what the schema reads from the place: json, query or files."""
        reading: Decorating = self.arguments(schema, location=place)
        return reading

    def answers(self, schema: type[ma.Schema] | None, status: int = 200) -> Decorating:
        """Write what the view returns by the schema; nothing for none."""
        writing: Decorating = self.response(status, schema)
        return writing

    def told(self, **documentation: Any) -> Decorating:
        """Add to the route's documentation."""
        telling: Decorating = self.doc(**documentation)
        return telling


def _documented(view: View, access: Access, method: str) -> View:
    """What every route's documentation says alike: the token, and the key of a POST."""
    told: dict[str, Any] = {"security": [] if access.public else [{"bearer": []}]}
    if method == "POST" and not access.public:
        told["parameters"] = [_KEY]
    documented: View = Blueprint.doc(**told)(view)
    return documented
