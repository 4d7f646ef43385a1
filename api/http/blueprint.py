"""The API's blueprint: strict arguments, a rule for every route, one transaction a request."""

from collections.abc import Callable
from typing import Any

import flask_smorest as smorest  # type: ignore[import-untyped]
import marshmallow as ma
from flask import Request, g, request
from webargs.flaskparser import FlaskParser, is_json_request
from webargs.multidictproxy import MultiDictProxy
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api.http.access import Access, rule_of
from api.http.encoding import read_json
from api.http.transaction import in_one_transaction
from api.schemas.request_fields import AnyOf
from service.errors import InvalidInput

BASE = "/api/v1"
View = Callable[..., Any]
Decorator = Callable[[View], View]


class _Parser(FlaskParser):
    """Unknown fields are errors everywhere, also in a query, and so are names that come twice unless a list is meant.

    A body that is no JSON is not taken for an empty one.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data()
        if not body:
            return {}
        if not is_json_request(req):
            raise UnsupportedMediaType
        return read_json(body)

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        repeatable = {name for name, field in schema.load_fields.items() if isinstance(field, AnyOf)}
        twice = [name for name, values in req.args.lists() if len(values) > 1 and name not in repeatable]
        if twice:
            raise InvalidInput(dict.fromkeys(twice, "duplicate"))
        return super().load_querystring(req, schema)

    def load_files(self, req: Request, schema: ma.Schema) -> MultiDictProxy:
        twice = [name for name, values in req.files.lists() if len(values) > 1]
        if req.form or twice:
            raise InvalidInput({**dict.fromkeys(req.form, "unknown_field"), **dict.fromkeys(twice, "duplicate")})
        return self._makeproxy(req.files, schema)


class Blueprint(smorest.Blueprint):  # type: ignore[misc]  # smorest is not typed
    """The routes of one subject, under /api/v1: smorest's blueprint, with a rule and a transaction for every route."""

    ARGUMENTS_PARSER = _Parser()
    # Flask's and smorest's own decorators, with the types that they lack
    get: Callable[[str], Decorator]
    post: Callable[[str], Decorator]
    put: Callable[[str], Decorator]
    patch: Callable[[str], Decorator]
    delete: Callable[[str], Decorator]
    response: Callable[..., Decorator]
    doc: Callable[..., Decorator]

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, name, url_prefix=BASE, description=description)

    def arguments(self, schema: type[ma.Schema] | ma.Schema, **options: Any) -> Decorator:
        """What the view is given from the body or query; the schema is made once, not with every request."""
        made = schema() if isinstance(schema, type) else schema
        decorator: Decorator = super().arguments(made, **options)
        return decorator

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: View | None = None, **options: Any
    ) -> None:
        """Register a route; raises `RouteWithoutRule` when its view says nothing about who may call it."""
        if view_func is None:
            raise TypeError("a route needs its view")
        documented = _documented(view_func, rule_of(view_func))
        super().add_url_rule(rule, endpoint or view_func.__name__, in_one_transaction(documented), **options)


def json_body(schema: ma.Schema) -> Any:
    """The body of the present request as the schema reads it; None when it is none: the route says what is wrong.

    A page's body is its form, of texts alone.
    """
    try:
        if g.get("is_page"):
            return schema.load({name: value for name, value in request.form.items() if name in schema.fields})
        return schema.load(read_json(request.get_data()))
    except (ma.ValidationError, BadRequest):
        return None


def _documented(view: View, access: Access) -> View:
    """The view with the documentation that all routes share: the token."""
    documented: View = smorest.Blueprint.doc(security=[] if access.public else [{"bearer": []}])(view)
    return documented
