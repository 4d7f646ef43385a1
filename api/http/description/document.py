"""The OpenAPI document, once all routes are in it, made into one that generators make readable clients of."""

from typing import Any

from api.http.description.choices import name_choices
from api.http.description.examples import add_examples
from api.http.description.operations import name_operations
from api.http.description.texts import add_texts

Node = dict[str, Any]
UNUSED = ("PaginationMetadata",)  # smorest brings it along


def complete(document: Node) -> None:
    """Name operations and choices, and add texts and examples."""
    for name in UNUSED:
        document["components"]["schemas"].pop(name, None)
    name_operations(document["paths"])
    add_texts(document)
    add_examples(document)
    _open_maps(document["components"]["schemas"])
    name_choices(document)


def _open_maps(schemas: Node) -> None:
    """An object whose names are numbers is a map: no language has fields of such names."""
    for schema in schemas.values():
        properties = schema.get("properties", {})
        if properties and all(name.isdigit() for name in properties):
            del schema["properties"], schema["required"]
            schema |= {"additionalProperties": next(iter(properties.values())), "minProperties": len(properties)}
