"""Schemathesis reads the OpenAPI document and asks for everything in it: no 5xx, no answer off its schema."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask, Response, request
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from tests.functional.scope_objects import SIDES, Objects
from tests.functional.scope_world import ScopeWorld, open_scope_world

SEED = 20210329
LAWFUL, UNLAWFUL = 10, 6  # examples of each operation
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
PLACES = {  # the name of an id → what of the world may stand there
    "finding_id": "finding",
    "id": "finding",
    "ids": "finding",
    "notice_id": "notice",
    "extension_id": "extension",
    "opinion_id": "opinion",
    "evidence_id": "evidence",
    "evidence_ids": "evidence",
    "alert_id": "alert",
    "action_id": "action",
    "inspection_id": "inspection",
    "item_id": "checklist_item",
    "submission_id": "submission",
    "report_id": "report",
    "organization_id": "organization",
    "round_id": "round",
    "checklist_id": "checklist",
    "checklist_item_id": "checklist_item",
}
ANY_SETTINGS = partial(
    settings, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
Operation = Any  # schemathesis does not say


@pytest.fixture(scope="module")
def built(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScopeWorld]:
    with open_scope_world(sqlite_template, tmp_path_factory.mktemp("schema")) as world:
        yield world


@pytest.fixture
def world(built: ScopeWorld) -> ScopeWorld:
    """Without the limit of calls, which this would soon reach."""
    built.restore()
    for limiter in built.app.extensions["limiter"]:
        limiter.enabled = False
    return built


@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", ["inspector", "university", "admin"])
def test_every_answer_is_as_the_document_says(world: ScopeWorld, who: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    faults, answers = run(world, who)
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
        faults, _ = run(world, "inspector", only="GET /api/v1/findings")
    assert any("planted" in fault or "ServerError" in fault for fault in faults)
    assert any("JsonSchemaError" in fault for fault in faults), "an answer off its schema was not noticed"


def run(world: ScopeWorld, who: str, only: str | None = None) -> tuple[list[str], Counter[int]]:
    """Ask for every operation, lawfully and unlawfully; what was wrong, and how often each status was answered."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", closed_after(world.app))
    faults: list[str] = []
    answers: Counter[int] = Counter()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if only in (None, operation.label):
            faults += _asked(world, who, operation, answers)
            world.restore()  # a token that was given up, a finding that was withdrawn
    return faults, answers


def _asked(world: ScopeWorld, who: str, operation: Operation, answers: Counter[int]) -> list[str]:
    faults: dict[str, None] = {}
    headers = {"Authorization": f"Bearer {world.tokens[who]}"}

    def answered(case: Any) -> None:
        try:
            answer = case.call(headers=headers)
            answers[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS.get_by_names(CHECKED))
        except FailureGroup as group:
            faults.update(dict.fromkeys(f"{operation.label}: {failure!r}" for failure in group.exceptions))
        except Exception as error:  # noqa: BLE001 - what the application raises is what is looked for
            faults[f"{operation.label}: {error!r}"] = None

    @seed(SEED)
    @ANY_SETTINGS(max_examples=LAWFUL)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), data=st.data())
    def lawfully(case: Any, data: st.DataObject) -> None:
        _name_real_objects(case, world.objects, lambda ids: data.draw(st.sampled_from(ids)))
        answered(case)

    @seed(SEED)
    @ANY_SETTINGS(max_examples=UNLAWFUL)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def unlawfully(case: Any) -> None:
        answered(case)

    lawfully()
    unlawfully()
    return list(faults)


def _name_real_objects(case: Any, objects: Objects, choose: Callable[[list[str]], str]) -> None:
    """Put ids of the world where the document only says that there is an id."""
    real = {name: _ids(objects, kind) for name, kind in PLACES.items()}

    def named(name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {inner: named(inner, below) for inner, below in value.items()}
        if isinstance(value, list):
            return [named(name, below) for below in value]
        return choose(real[name]) if name in real and value is not None else value

    case.path_parameters = named("", dict(case.path_parameters or {}))
    if isinstance(case.body, dict):
        case.body = named("", case.body)


def _ids(objects: Objects, kind: str) -> list[str]:
    values = [value for side in SIDES for value in objects.values(side).items()]
    return sorted({id_ for name, id_ in values if re.fullmatch(rf"{kind}(\..+)?", name)})


def closed_after(app: Flask) -> Callable[..., list[bytes]]:
    """The application behind a server that closes what it sent, as WSGI asks; schemathesis leaves it open."""

    def serve(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with closing(app(environ, start_response)) as body:  # type: ignore[type-var]  # werkzeug's iterables can close
            return list(body)

    return serve


class planted:  # noqa: N801 - reads as a word
    """`with planted(app, endpoint, view):` another view answers."""

    def __init__(self, app: Flask, endpoint: str, view: Callable[[], Response]) -> None:
        self.views, self.endpoint, self.view = app.view_functions, endpoint, view

    def __enter__(self) -> None:
        self.kept = self.views[self.endpoint]
        self.views[self.endpoint] = self.view

    def __exit__(self, *_: object) -> None:
        self.views[self.endpoint] = self.kept
