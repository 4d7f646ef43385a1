"""The operationId of each operation: verb and noun, by rule from its address, or from the table beside this.

Its summary says in Chinese, then in English, what the operation does.
"""

import re
import tomllib
from importlib import resources
from typing import Any

BASE = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
VERBS = {"get": "get", "post": "create", "put": "put", "patch": "change", "delete": "delete"}
BULK = "findings/bulk/"
IRREGULAR = {"people": "person"}


def name_operations(paths: dict[str, Any]) -> None:
    """Give every operation of the document its operationId, and its summary the Chinese half."""
    table, summaries = _read("operations.toml"), _read("summaries.toml")
    for path, operations in paths.items():
        for method in METHODS:
            if method in operations:
                node, called = operations[method], path.removeprefix(BASE)
                node["operationId"] = operation_id(method, called, table)
                if said := summaries.get(node["operationId"]):
                    node["summary"] = f"{said} / {node['summary']}"


def operation_id(method: str, path: str, table: dict[str, dict[str, str]]) -> str:
    """`logFinding` for POST findings; the table names what the rule cannot: acts, and nouns without a plural.

    A bulk call is named after the call for one: `notifyFindingsInBulk`.
    """
    if path.startswith(BULK):
        single = operation_id(method, _of_one(path), table)
        return f"{_plural(single)}InBulk"
    if path in table[method.upper()]:
        return table[method.upper()][path]
    parts = path.split("/")
    of_one = parts[-1].startswith("{")
    nouns = [part for part in parts if not part.startswith("{")]
    owners = [_camel(_singular(noun)) for noun in nouns[:-1]]
    many = method == "get" and not of_one
    noun = _camel(nouns[-1] if many else _singular(nouns[-1]))
    return "".join(("list" if many else VERBS[method], *owners, noun))


def _of_one(path: str) -> str:
    """The path of the call for one, of a bulk call."""
    return path.replace(BULK, "findings/{finding_id}/") if path.startswith(BULK) else path


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("api.http.description") / name).read_text("utf-8"))


def _singular(noun: str) -> str:
    return IRREGULAR.get(noun) or (f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s"))


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _camel(noun: str) -> str:
    return "".join(word.capitalize() for word in re.split("[-_]", noun))
