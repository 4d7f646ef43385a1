"""Ask for every operation of the OpenAPI document, as it says and as it forbids: no 5xx, no answer off its schema."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import partial
from typing import Any, NamedTuple

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from tests.functional.scope_objects import SIDES, Objects
from tests.functional.scope_world import ScopeWorld

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


class Examples(NamedTuple):
    """How many examples of each operation, and where chance begins."""

    lawful: int
    unlawful: int
    seed: int


def run(world: ScopeWorld, who: str, examples: Examples, only: str | None = None) -> tuple[list[str], Counter[int]]:
    """Ask for every operation, lawfully and unlawfully; what was wrong, and how often each status was answered."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", closed_after(world.app))
    faults: list[str] = []
    answers: Counter[int] = Counter()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if only in (None, operation.label):
            faults += _asked(world, who, operation, examples, answers)
            world.restore()  # a token that was given up, a finding that was withdrawn
    return faults, answers


def _asked(world: ScopeWorld, who: str, operation: Operation, examples: Examples, answers: Counter[int]) -> list[str]:
    faults: dict[str, None] = {}
    headers = {"Authorization": f"Bearer {world.tokens[who]}"}
    real = {name: _ids(world.objects, kind) for name, kind in PLACES.items()}

    def answered(case: Any) -> None:
        try:
            answer = case.call(headers=headers)
            answers[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS.get_by_names(CHECKED))
        except FailureGroup as group:
            faults.update(dict.fromkeys(f"{operation.label}: {failure!r}" for failure in group.exceptions))
        except Exception as error:  # noqa: BLE001 - what the application raises is what is looked for
            faults[f"{operation.label}: {error!r}"] = None

    @seed(examples.seed)
    @ANY_SETTINGS(max_examples=examples.lawful)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), data=st.data())
    def lawfully(case: Any, data: st.DataObject) -> None:
        _name_real_objects(case, real, lambda ids: data.draw(st.sampled_from(ids)))
        answered(case)

    @seed(examples.seed)
    @ANY_SETTINGS(max_examples=examples.unlawful)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def unlawfully(case: Any) -> None:
        answered(case)

    lawfully()
    with suppress(Unsatisfiable):  # the document forbids nothing of a call without parameters and body
        unlawfully()
    return list(faults)


def _name_real_objects(case: Any, real: Mapping[str, list[str]], choose: Callable[[list[str]], str]) -> None:
    """Put ids of the world where the document only says that there is an id."""

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
