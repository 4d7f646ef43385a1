"""The OpenAPI document: what smorest gathers from the routes, and what it cannot know."""

from http import HTTPStatus
from inspect import getdoc
from io import BytesIO
from threading import Lock
from typing import Any

import flask_smorest as smorest  # type: ignore[import-untyped]
import msgspec
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import wrap_file

from api.http import problems
from api.http.access import public
from api.http.blueprint import BASE
from api.http.description import complete
from api.http.identifiers import CampaignConverter, IdConverter, campaign_parameter, id_parameter
from api.schemas.problems import ProblemSchema
from service.store.idempotency import FIELD, LONGEST_KEY

PATH = f"{BASE}/openapi.json"
PROBLEM = "application/problem+json"
CONFIG = {
    "API_TITLE": "Duban",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "督办：考试安全督查发现的每个问题，都跟踪到整改销号，逾期未改的逐级上报。"
            "请求中的时间用 ISO 8601 并带时区，答复一律用 UTC；编号为 UUID；错误按 RFC 9457，`detail` 用本人语言。\n\n"
            "Duban follows every finding of an exam-safety inspection until it is put right, and moves it up when it "
            "is not. Instants are ISO 8601 with offset, in answers in UTC; ids are UUIDs; errors are RFC 9457 problem "
            "details, with `detail` in the caller's language."
        },
    },
}


class DescribedApi(smorest.Api):  # type: ignore[misc]  # smorest is not typed
    """smorest's Api: errors are documented as the problem details that they are, and routes when somebody asks."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.app = app
        self._undescribed: list[smorest.Blueprint] = []

    def register_blueprint(self, blueprint: smorest.Blueprint) -> None:
        """Register the routes, as smorest does; what it gathers of them takes several times as long, and waits."""
        self.app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self.app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def described(self) -> dict[str, Any]:
        """The document as smorest makes it; asked for once."""
        for blueprint in self._undescribed:
            blueprint.register_views_in_doc(self, self.app, self.spec, name=blueprint.name, parameters=None)
            self.spec.tag({"name": blueprint.name, "description": blueprint.description})
        document: dict[str, Any] = self.spec.to_dict()
        return document

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            answer: dict[str, Any] = {"description": status.phrase}
            if status >= 400:
                answer["content"] = {PROBLEM: {"schema": self.ERROR_SCHEMA}}
            self.spec.components.response(status.name, answer, lazy=True)
        problem = {"description": "A problem", "content": {PROBLEM: {"schema": self.ERROR_SCHEMA}}}
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, problem, lazy=True)

    def handle_http_exception(self, error: HTTPException) -> Response:
        return problems.of_http(error)


def describe(app: Flask) -> DescribedApi:
    """The Api of the application, to register blueprints with."""
    app.config.update(CONFIG)
    app.url_map.converters.update(id=IdConverter, campaign=CampaignConverter)
    api = DescribedApi(app)
    api.register_converter(IdConverter, id_parameter)
    api.register_converter(CampaignConverter, campaign_parameter)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    return api


def serve(app: Flask, api: DescribedApi) -> None:
    """Add the route of the OpenAPI document, which is made when it is first asked for."""
    making, made = Lock(), list[bytes]()
    blueprint = Blueprint("openapi", __name__)

    def document() -> bytes:
        with making:
            text = made[0] if made else _text_of(api)
            made[:] = [text]
        return text

    @blueprint.get(PATH)
    @public
    def openapi() -> Response:
        text = document()
        # as a file over the one text: a copy for each who reads slowly would fill the memory
        shared = wrap_file(request.environ, BytesIO(text))
        response = app.response_class(shared, mimetype="application/json", direct_passthrough=True)
        response.content_length = len(text)
        return response

    app.register_blueprint(blueprint)
    app.extensions["duban.openapi"] = document  # also for the pages that show it


def _text_of(api: DescribedApi) -> bytes:
    document = api.described()
    here = api.app.extensions["duban"].settings.base_url
    document["servers"] = [{"url": here, "description": "本服务 / This installation"}]
    _add_rules(api, document["components"]["schemas"])
    _add_keys(document["paths"])
    complete(document)
    return msgspec.json.encode(document)


def _add_keys(paths: dict[str, Any]) -> None:
    """The key of every POST of a known caller; smorest would put it in the place of the parameters of a query."""
    for path in paths.values():
        if "post" in path and path["post"]["security"]:
            schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}
            key = {"name": FIELD, "in": "header", "required": False, "schema": schema}
            path["post"].setdefault("parameters", []).append(key)


def _add_rules(api: DescribedApi, schemas: dict[str, Any]) -> None:
    """What classes say and fields do not: what the whole is, and that one of two, or at least one, is given.

    One of two is said by counting, for generators make two classes of `oneOf`: these are the only optional fields.
    """
    for (schema, *_), name in api.ma_plugin.converter.refs.items():
        if text := getdoc(schema):
            schemas[name].setdefault("description", text)
        if hasattr(schema, "one_of"):
            fields = len(schemas[name].get("required", ())) + 1
            schemas[name] |= {"minProperties": fields, "maxProperties": fields}
        if hasattr(schema, "smallest"):
            schemas[name]["minProperties"] = schema.smallest
