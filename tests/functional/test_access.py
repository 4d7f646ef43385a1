"""No rule, no route; and what every answer carries."""

import json
import re
from dataclasses import replace

import pytest
from flask import Flask

from api.http.access import RouteWithoutRule, require_rules
from api.http.blueprint import Blueprint
from tests.worlds.http import World

PUBLIC = {
    *("/healthz", "/readyz", "/metrics", "/calendar/address.ics"),
    *("/api/v1/openapi.json", "/api/v1/tokens", "/api/v1/invitations/accept"),
    *("/sign-in/oidc", "/sign-in/oidc/callback", "/api/v1/tokens/provider"),
}


def routes(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"\1", str(rule)))
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("console_")  # which lead to the sign-in
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def test_every_route_but_the_named_ones_wants_a_token(shared_world: World) -> None:
    answers = {
        path: shared_world.anonymous.call(method, path, json={}).status_code
        for method, path in routes(shared_world.app)
    }
    assert {path for path, status in answers.items() if status != 401} == PUBLIC


def test_a_route_that_says_nothing_about_its_callers_cannot_be_registered() -> None:
    blueprint = Blueprint("secret", "没有规则")
    with pytest.raises(RouteWithoutRule):
        blueprint.get("/secret")(lambda: "什么都能看")


def test_an_application_with_such_a_route_does_not_start() -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/secret", view_func=lambda: "什么都能看")
    with pytest.raises(RouteWithoutRule):
        require_rules(bare)


@pytest.mark.parametrize("path", ["/healthz", "/me", "/nothing", "/findings/not-an-id"])
def test_every_answer_carries_the_security_headers(shared_world: World, path: str) -> None:
    headers = shared_world["inspector"].call("GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in headers


def test_no_other_site_is_let_in_and_no_method_is_answered_that_nobody_needs(shared_world: World) -> None:
    asks = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = shared_world.anonymous.call("OPTIONS", "/findings", headers=asks)
    assert "Access-Control-Allow-Origin" not in answer.headers
    for method in ("TRACE", "CONNECT", "PUT"):
        assert shared_world["inspector"].call(method, "/findings").status_code == 405


def test_a_browser_that_came_by_https_is_told_to_stay_with_it(shared_world: World) -> None:
    own = shared_world.app.extensions["duban"]
    settings = replace(own.settings, base_url="https://duban.example")
    for at, told in ((settings, "max-age=31536000; includeSubDomains"), (own.settings, None)):
        shared_world.app.extensions["duban"] = replace(own, settings=at)
        try:
            answer = shared_world.anonymous.call("GET", "/healthz")
        finally:
            shared_world.app.extensions["duban"] = own
        assert answer.headers.get("Strict-Transport-Security") == told


def test_the_openapi_document_tells_of_every_route(shared_world: World) -> None:
    document = shared_world.anonymous.get("/openapi.json")
    assert document["openapi"].startswith("3.1")
    told = {(method.upper(), re.sub("[{}]", "", path)) for path, calls in document["paths"].items() for method in calls}
    asked = {
        (method, path)
        for method, path in routes(shared_world.app)
        if path.startswith("/api/v1") and not path.endswith("openapi.json")
    }
    assert {call for call in told if call[0] != "PARAMETERS"} == asked
    notification = document["components"]["schemas"]["NotificationBody"]
    assert set(notification["properties"]) - set(notification["required"]) == {"deadline", "working_days"}
    assert notification["minProperties"] == notification["maxProperties"] == 2, "one of the two, beside the requirement"
    errors = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(errors) == ["application/problem+json"]


def test_every_reference_of_the_openapi_document_leads_somewhere(shared_world: World) -> None:
    document = shared_world.anonymous.get("/openapi.json")
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))
    assert len(references) > 40
    for reference in references:
        place = document
        for step in reference.split("/"):
            place = place[step]
