"""Enumerations as components of their own, so that generators make one class of each, named as the law names it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from service.people.lines import Outcome
from service.records.journal import SHOWN_SUBJECTS
from workflows import accountability, completion, journal, vocabulary

Node = dict[str, Any]
# Those that cannot go by the name of their class, for an object of the API has it; and those that are no class.
RENAMED = {
    "Answer": "ItemAnswer",
    "Campaign": "CampaignCode",
    "Coverage": "CoverageStatus",
    "Readiness": "ReadinessStatus",
}
OTHERS: dict[tuple[str, ...], str] = {
    ("zh", "en"): "Language",
    ("docx", "pdf", "xlsx"): "DocumentFormat",
    ("university", "district"): "UnitKind",
    ("own", "universities"): "SheetsAbout",
    ("finding", *SHOWN_SUBJECTS): "AlertSubjectKind",
    tuple(Outcome): "PersonOutcome",
    (*vocabulary.AUTHORITY_CLOCKS, "feedback"): "AuthorityClock",
}


def name_choices(document: Node) -> None:
    """Put every enumeration of the document among its components, and refer to it where it stood."""
    names = {**_of_the_law(), **OTHERS}
    schemas: Node = document["components"]["schemas"]
    for place, node in list(_enumerations(document, ())):
        values = tuple(value for value in node["enum"] if value is not None)
        name = names.setdefault(values, _name_of_place(place))
        schemas.setdefault(name, {"type": "string", "enum": list(values)})
        _refer(node, f"#/components/schemas/{name}", maybe=None in node["enum"])


def _of_the_law() -> dict[tuple[str, ...], str]:
    classes = [each for module in (vocabulary, completion, accountability, journal) for each in vars(module).values()]
    words = [each for each in classes if isinstance(each, type) and issubclass(each, StrEnum) and each is not StrEnum]
    return {tuple(each): RENAMED.get(each.__name__, each.__name__) for each in words}


def _enumerations(node: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield place, node
        name = (node["name"],) if "in" in node else ()
        for key, below in node.items():
            yield from _enumerations(below, (*place, *name, key))
    elif isinstance(node, list):
        for below in node:
            yield from _enumerations(below, place)


def _name_of_place(place: tuple[str, ...]) -> str:
    """`FindingSort` of the parameter `sort` of /findings, `DocumentStatus` of a property: for what has no name yet."""
    words = [word for word in place if word not in ("schema", "items", "parameters", "properties")]
    owner = words[-3].rsplit("/", 1)[-1].removesuffix("s") if words[0] == "paths" else words[-2]
    return "".join(part.capitalize() if part.islower() else part for part in (*owner.split("-"), *words[-1].split("_")))


def _refer(node: Node, reference: str, *, maybe: bool) -> None:
    for key in ("type", "enum"):
        node.pop(key, None)
    node |= {"anyOf": [{"$ref": reference}, {"type": "null"}]} if maybe else {"$ref": reference}
