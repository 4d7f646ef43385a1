"""Schemathesis reads the OpenAPI document and asks for everything in it: no 5xx, no answer off its schema."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request

from tests.functional.scope_world import ScopeWorld, open_scope_world
from tests.fuzz.run import Examples, run

CALLERS = {"inspector": 20210329, "university": 20210606, "admin": 20210402}  # and where chance begins for each
EXAMPLES = Examples(lawful=3, unlawful=2, seed=0)  # of each operation and caller; `make fuzz` asks for thousands
MORE = Examples(lawful=10, unlawful=6, seed=20210329)


@pytest.fixture(scope="module")
def built(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScopeWorld]:
    with open_scope_world(sqlite_template, tmp_path_factory.mktemp("schema")) as world:
        yield world


@pytest.fixture
def world(built: ScopeWorld) -> ScopeWorld:
    built.restore()
    return built


@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", CALLERS)
def test_every_answer_is_as_the_document_says(world: ScopeWorld, who: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    faults, answers = run(world, who, EXAMPLES._replace(seed=CALLERS[who]))
    assert faults == []
    assert answers[200] > 100, f"hardly anything was reached: {answers}"
    assert answers[422] > 100, f"hardly anything was refused: {answers}"


def test_a_planted_error_is_found(world: ScopeWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)

    def break_down() -> Response:
        if "q" in request.args:
            raise RuntimeError("planted")
        return Response("{}", mimetype="application/json")

    with planted(world.app, "findings.list_of_findings", break_down):
        faults, _ = run(world, "inspector", MORE, only="GET /api/v1/findings")
    assert any("planted" in fault or "ServerError" in fault for fault in faults)
    assert any("JsonSchemaError" in fault for fault in faults), "an answer off its schema was not noticed"


class planted:  # noqa: N801 - reads as a word
    """`with planted(app, endpoint, view):` another view answers."""

    def __init__(self, app: Flask, endpoint: str, view: Callable[[], Response]) -> None:
        self.views, self.endpoint, self.view = app.view_functions, endpoint, view

    def __enter__(self) -> None:
        self.kept = self.views[self.endpoint]
        self.views[self.endpoint] = self.view

    def __exit__(self, *_: object) -> None:
        self.views[self.endpoint] = self.kept
