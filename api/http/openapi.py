"""The OpenAPI document: what smorest gathers from the routes, and what it cannot know."""

from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response
from flask_smorest import Api  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from api.http import problems
from api.http.access import public
from api.http.blueprint import BASE
from api.http.identifiers import CampaignConverter, IdConverter, campaign_parameter, id_parameter
from api.schemas.problems import ProblemSchema

PATH = f"{BASE}/openapi.json"
PROBLEM = "application/problem+json"
CONFIG = {
    "API_TITLE": "督办 Duban",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "Follows every finding of an exam-safety inspection until it is put right, "
            "and moves it up when it is not. 考试安全督查问题的跟踪督办。"
        },
    },
}


class DescribedApi(Api):  # type: ignore[misc]  # smorest is not typed
    """smorest's Api, with errors documented as the problem details that they are."""

    ERROR_SCHEMA = ProblemSchema

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
    """Add the route of the OpenAPI document, encoded once at start."""
    document = api.spec.to_dict()
    _add_choices(api, document["components"]["schemas"])
    text = msgspec.json.encode(document)
    blueprint = Blueprint("openapi", __name__)

    @blueprint.get(PATH)
    @public
    def openapi() -> Response:
        return app.response_class(text, mimetype="application/json")

    app.register_blueprint(blueprint)


def _add_choices(api: DescribedApi, schemas: dict[str, Any]) -> None:
    """Rules between fields, which marshmallow checks in code: one of two, at least one."""
    for (schema, *_), name in api.ma_plugin.converter.refs.items():
        if hasattr(schema, "one_of"):
            schemas[name]["oneOf"] = [{"required": [field]} for field in schema.one_of]
        if hasattr(schema, "smallest"):
            schemas[name]["minProperties"] = schema.smallest
