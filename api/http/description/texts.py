"""What every property and parameter means: who sets it, its unit and time zone, when it is null; in both languages."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

Node = dict[str, Any]


@cache
def texts(file: str) -> Node:
    """One of the files of texts beside this module: properties, schemas, parameters, examples."""
    return tomllib.loads((resources.files("api.http.description") / f"{file}.toml").read_text("utf-8"))


def add_texts(document: Node) -> None:
    """Describe every property and parameter; what a schema says itself comes before what its name says anywhere."""
    for name, schema in document["components"]["schemas"].items():
        for property_, node in schema.get("properties", {}).items():
            if text := text_of_property(name, property_):
                node["description"] = text
    for owner, parameter in parameters_of(document["paths"]):
        table = texts("parameters")
        if text := table["operations"].get(owner, {}).get(parameter["name"]) or table.get(parameter["name"]):
            repeatable = parameter["schema"].get("type") == "array"
            parameter["description"] = _of_several(text) if repeatable else text


def text_of_property(schema: str, name: str) -> str | None:
    """The text of a property; of a page and of a bulk call that of what it is made from."""
    own: str | None = texts("schemas").get(schema, {}).get(name)
    if own is None and schema.startswith("Bulk"):
        own = texts("schemas").get(schema.removeprefix("Bulk"), {}).get(name)
    return own or texts("properties").get(name)


def _of_several(text: str) -> str:
    chinese, _, english = text.partition(" / ")
    return f"{chinese}（可重复，任一即可） / {english}; may be repeated, any will do"


def operations_of(paths: Node) -> list[Node]:
    """All operations; beside them an address may have parameters that they share."""
    return [each for path in paths.values() for method, each in path.items() if method != "parameters"]


def parameters_of(paths: Node) -> list[tuple[str, Node]]:
    """All parameters with the operationId of their operation; that of parameters of an address is empty."""
    shared = [("", parameter) for path in paths.values() for parameter in path.get("parameters", [])]
    operations = operations_of(paths)
    return shared + [(each["operationId"], own) for each in operations for own in each.get("parameters", [])]
