"""Examples: of every property and parameter by its name or form, and of requests and answers composed from them."""

from collections.abc import Mapping
from typing import Any

from api.http.description.texts import operations_of, parameters_of, texts

Node = dict[str, Any]
REFERENCE = "#/components/schemas/"
PERSON_OR_PLACE = f"{REFERENCE}Reference"  # by id and name
JSON = "application/json"
BY_FORMAT = {
    "uuid": "0b0f9b0e-5d7c-4c55-9a3e-6f1f2a7c1d10",
    "date-time": "2021-04-30T09:00:00Z",  # 17:00 in China
    "date": "2021-04-30",
}
NAMES_OF_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
BY_TYPE: Mapping[str, Any] = {"integer": 0, "boolean": False, "number": 0.5, "object": {}, "string": "……"}


def add_examples(document: Node) -> None:
    """Add examples to properties, parameters, requests, answers and errors."""
    schemas: Node = document["components"]["schemas"]
    for name, schema in schemas.items():
        _exemplify_properties(schemas, name, schema.get("properties", {}))
    for _, parameter in parameters_of(document["paths"]):
        parameter["example"] = _example_of_parameter(parameter)
    answers: Node = {}
    for operation in operations_of(document["paths"]):
        _exemplify_operation(operation, schemas, answers)
    document["components"]["examples"] = dict(sorted(answers.items()))
    for response in document["components"]["responses"].values():
        for content in response.get("content", {}).values():
            content["example"] = texts("examples")["problem"]


def _exemplify_properties(schemas: Node, schema: str, properties: Node) -> None:
    """An example for each property that is no object or list, whose own properties have theirs."""
    for name, node in properties.items():
        if not {"$ref", "anyOf"} & node.keys() and node.get("type") not in ("array", "object"):
            example = _example_of_property(schemas, schema, name, node)
            if example is not None:
                node["examples"] = [example]


def _exemplify_operation(operation: Node, schemas: Node, answers: Node) -> None:
    """Examples of what one operation takes and answers; an answer's is put among those that all share."""
    asked = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if asked:
        given = texts("examples")["requests"].get(operation["operationId"])
        asked["example"] = given or example_of(schemas, _schema_name(asked))
    for response in operation["responses"].values():
        answered = response.get("content", {}).get(JSON)
        if answered and "$ref" in answered["schema"]:
            name = _schema_name(answered)
            answers.setdefault(name, {"value": example_of(schemas, name)})
            answered["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def example_of(schemas: Node, name: str) -> Node:
    """An object of that schema."""
    properties: Node = schemas[name].get("properties", {})
    return {each: _example_of_property(schemas, name, each, node) for each, node in properties.items()}


def _example_of_property(schemas: Node, schema: str, name: str, node: Node) -> Any:
    """What the table says of the property in this schema, else of its name; else what its form allows."""
    table = texts("examples")
    for known in (table["schemas"].get(schema, {}), table["properties"]):
        if name in known and _fits(known[name], node):
            return known[name]
    return _example_of_form(schemas, node)


def _example_of_parameter(parameter: Node) -> Any:
    table: Node = texts("examples")["parameters"]
    form: Node = parameter["schema"]
    known = table.get(parameter["name"])
    return known if known is not None and _fits(known, form) else _example_of_form({}, form)


def _example_of_form(schemas: Node, node: Node) -> Any:
    if "$ref" in node:
        return example_of(schemas, node["$ref"].removeprefix(REFERENCE))
    if "anyOf" in node or (isinstance(node.get("type"), list) and "enum" not in node):
        return None  # what may be null, and has no example of its own
    if "enum" in node:
        return node["enum"][0]
    if node.get("type") == "array":
        return [_example_of_form(schemas, node["items"])]
    if node.get("format") in BY_FORMAT:
        return BY_FORMAT[node["format"]]
    return node.get("default", node.get("minimum", BY_TYPE.get(node.get("type", "object"))))


def _fits(example: Any, node: Node) -> bool:
    """Whether an example may stand here: the same name has another form elsewhere."""
    if isinstance(example, dict):
        return PERSON_OR_PLACE in (node.get("$ref"), *(each.get("$ref") for each in node.get("anyOf", ())))
    if "enum" in node:
        return example in node["enum"]
    if isinstance(example, list):
        return node.get("type") == "array" and all(_fits(each, node["items"]) for each in example)
    if (form := node.get("format")) in BY_FORMAT:
        return isinstance(example, str) and form == {36: "uuid", 10: "date"}.get(len(example), "date-time")
    types = node.get("type")
    return NAMES_OF_TYPES.get(type(example)) in ([types] if isinstance(types, str) else types or ())


def _schema_name(content: Node) -> str:
    name: str = content["schema"]["$ref"].removeprefix(REFERENCE)
    return name
