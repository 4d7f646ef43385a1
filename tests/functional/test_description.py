"""The OpenAPI document says everything that a generator of clients, and whoever reads its code, has to know."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api.http.description.texts import operations_of, parameters_of, text_of_property, texts
from tests.fakes.client import Json
from tests.worlds.http import Clock, open_app

OPERATIONS = Path(__file__).with_name("operations.txt")
SUMMARIES = Path("api/http/description/summaries.toml")
BOTH = re.compile(r"[^/]*[\u4e00-\u9fff].* / .*[A-Za-z]", re.DOTALL)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Json:
    folder = tmp_path_factory.mktemp("description")
    app = open_app(f"sqlite:///{folder / 'never.db'}", folder, Clock())
    found: Json = app.test_client().get("/api/v1/openapi.json").get_json()
    return found


def properties(document: Json) -> Iterator[tuple[str, str, Json]]:
    for schema, node in document["components"]["schemas"].items():
        for name, property_ in node.get("properties", {}).items():
            yield schema, name, property_


def nodes(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
        for below in node.values():
            yield from nodes(below)
    elif isinstance(node, list):
        for below in node:
            yield from nodes(below)


def test_every_operation_keeps_the_name_that_clients_call_it_by(document: Json) -> None:
    named = {
        f"{method.upper()} {path} {operation['operationId']}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }
    listed = set(OPERATIONS.read_text("utf-8").splitlines())
    assert listed - named == set(), "published, and clients call them: keep them"
    assert named - listed == set(), "new: choose a good name in operations.toml, then add these lines"


def test_every_operation_says_in_both_languages_what_it_does(document: Json) -> None:
    operations = list(operations_of(document["paths"]))
    silent = [one["operationId"] for one in operations if not BOTH.match(one["summary"])]
    assert silent == [], "write the Chinese half in summaries.toml"
    of_many = [one["summary"] for one in operations if one["operationId"].endswith("InBulk")]
    assert of_many
    assert [one for one in of_many if not one.startswith("对多个问题，逐一")] == []
    written = tomllib.loads(SUMMARIES.read_text("utf-8"))
    assert written.keys() - {one["operationId"] for one in operations} == set()


def test_an_operation_is_called_by_a_verb_and_a_noun_of_its_own(document: Json) -> None:
    ids = [operation["operationId"] for operation in operations_of(document["paths"])]
    assert [id_ for id_, times in Counter(ids).items() if times > 1] == []
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", id_)] == []


def test_every_property_and_parameter_is_described_in_both_languages(document: Json) -> None:
    silent = [f"{schema}.{name}" for schema, name, node in properties(document) if not described(node)]
    assert silent == [], "describe them in properties.toml of api/http/description, or in schemas.toml"
    assert {each["name"] for _, each in parameters_of(document["paths"]) if not described(each)} == set()
    assert [name for name, node in document["components"]["schemas"].items() if not schema_says_what_it_is(node)] == []


def described(node: Json) -> bool:
    return bool(BOTH.search(node.get("description", "")))


def schema_says_what_it_is(node: Json) -> bool:
    return "enum" in node or bool(node.get("description"))


def test_no_text_and_no_example_is_about_something_that_is_gone(document: Json) -> None:
    known = {schema: {name for _, name, _ in found} for schema, found in by_schema(document).items()}
    names = {name for names in known.values() for name in names}
    parameters = {each["name"] for _, each in parameters_of(document["paths"])}
    ids = {operation["operationId"] for operation in operations_of(document["paths"])}
    general = {name for schema, named in known.items() for name in named if not own_text(schema, name)}
    examples = texts("examples")
    assert set(texts("properties")) - general == set()
    assert set(texts("parameters")) - parameters == {"operations"}
    own = {(owner, each["name"]) for owner, each in parameters_of(document["paths"])}
    assert {(owner, name) for owner, told in texts("parameters")["operations"].items() for name in told} - own == set()
    assert set(examples["parameters"]) - parameters == set()
    assert set(examples["properties"]) - names == set()
    assert set(examples["requests"]) - ids == set()
    for file in (texts("schemas"), examples["schemas"]):
        assert {f"{schema}.{name}" for schema, told in file.items() for name in told} - {
            f"{schema}.{name}" for schema, named in known.items() for name in named
        } == set()


def by_schema(document: Json) -> dict[str, list[tuple[str, str, Json]]]:
    found: dict[str, list[tuple[str, str, Json]]] = {}
    for each in properties(document):
        found.setdefault(each[0], []).append(each)
    return found


def own_text(schema: str, name: str) -> bool:
    return text_of_property(schema, name) != texts("properties").get(name)


def test_what_may_be_chosen_is_a_component_with_a_name(document: Json) -> None:
    schemas = document["components"]["schemas"]
    inline = [node for node in nodes(document) if isinstance(node.get("enum"), list) and node not in schemas.values()]
    assert inline == []
    enumerations = {tuple(node["enum"]): name for name, node in schemas.items() if "enum" in node}
    assert enumerations["found", "notified", "rectifying", "verified", "overdue", "escalated"] == "State"
    assert {"Severity", "Light", "Origin", "Move", "Role", "Outcome", "Measure"} <= set(enumerations.values())
    assert [name for name in schemas if re.search(r"\d", name)] == []
    state = next(each for _, each in parameters_of(document["paths"]) if each["name"] == "state")
    assert (state["style"], state["explode"]) == ("form", True)
    assert state["schema"]["items"] == {"$ref": "#/components/schemas/State"}


def test_every_example_is_one(document: Json) -> None:
    wrong = []
    for schema, form, value in examples(document):
        validator = jsonschema_rs.validator_for({**form, "components": document["components"]})
        wrong += [f"{schema}: {error.message}" for error in validator.iter_errors(value)]
    assert wrong == []


def examples(document: Json) -> Iterator[tuple[str, Json, Any]]:
    """What each is an example of, its schema, and itself."""
    for schema, name, node in properties(document):
        yield from ((f"{schema}.{name}", node, value) for value in node.get("examples", ()))
    for _, parameter in parameters_of(document["paths"]):
        yield parameter["name"], parameter["schema"], parameter["example"]
    for name, example in document["components"]["examples"].items():
        yield name, {"$ref": f"#/components/schemas/{name}"}, example["value"]
    for node in nodes([document["paths"], document["components"]["responses"]]):
        if "schema" in node and "example" in node and "in" not in node:
            yield json.dumps(node["schema"]), node["schema"], node["example"]


def test_a_download_says_of_which_types_it_is(document: Json) -> None:
    types = {
        operation["operationId"]: set(operation["responses"]["200"]["content"])
        for operation in operations_of(document["paths"])
        if operation["operationId"].startswith("download")
    }
    assert "application/pdf" in types["downloadDocument"]
    assert "image/jpeg" in types["downloadEvidence"]
    assert all("application/octet-stream" in each for each in types.values())
    assert [each for each in nodes(document) if "*/*" in each] == []


def test_the_document_names_its_server_and_what_it_is_about(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "http://127.0.0.1:8000", "description": "本服务 / This installation"}]
    assert described({"description": document["info"]["description"].replace("\n\n", " / ")})
