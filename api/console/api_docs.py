"""接口文档: the API's own description as pages, made on the server; nothing is fetched from anywhere."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask, current_app
from werkzeug.wrappers import Response

from api.console.pages import Pages
from api.console.rendering import page, text
from api.http.access import public
from api.http.context import RequestContext, language
from service.errors import NotFound

pages = Pages("api_docs")
AT = "/api/docs"
METHODS = ("get", "post", "put", "patch", "delete")
MOST_WORDS = 30  # of a choice that are listed; the schema's own page has all
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call."""

    id: str
    method: str
    path: str
    subject: str
    node: Node
    shared: Sequence[Node]  # parameters of its path

    @property
    def summary(self) -> str:
        return _in_language(str(self.node.get("summary", "")))


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One parameter, or one field of a body or an answer."""

    name: str
    kind: str
    schema: str | None  # that has a page of its own
    words: Sequence[str]  # that may stand there
    is_required: bool
    where: str
    description: str
    example: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A body, or an answer."""

    status: str
    description: str
    media: str
    schema: str | None
    kind: str
    fields: Sequence[FieldRow]
    example: str | None


@pages.get(AT)
@public
def index(context: RequestContext) -> Response:  # noqa: ARG001 - the same for all
    """All calls by subject."""
    document = _document()
    words = {tag["name"]: _in_language(tag.get("description", tag["name"])) for tag in document["tags"]}
    calls: dict[str, list[Operation]] = {name: [] for name in words}
    for one in _operations().values():
        calls.setdefault(one.subject, []).append(one)
    return page(
        "api_docs/index.html",
        title=text("api_docs.title"),
        what=_paragraphs(document["info"]["description"]),
        subjects=[(name, words.get(name, name), found) for name, found in calls.items() if found],
        schemas=sorted(document["components"]["schemas"]),
    )


@pages.get(f"{AT}/<name>")
@public
def show(context: RequestContext, name: str) -> Response:  # noqa: ARG001 - the same for all
    """One call: its parameters, its body, its answers, with examples."""
    found = _operations().get(name)
    if found is None:
        raise NotFound("not_found")
    parameters = [_parameter(_resolved(one)) for one in (*found.shared, *found.node.get("parameters", ()))]
    return page(
        "api_docs/operation.html",
        title=found.summary.rstrip(".") or name,
        operation=found,
        description=_paragraphs(found.node.get("description", "")),
        needs_token=bool(found.node.get("security")),
        parameters=parameters,
        body=next(_parts("", _resolved(found.node["requestBody"])), None) if "requestBody" in found.node else None,
        answers=[
            part
            for status, answer in sorted(found.node["responses"].items())
            for part in _parts(status, _resolved(answer))
        ],
        neighbours=[one for one in _operations().values() if one.subject == found.subject],
    )


@pages.get(f"{AT}/schemas/<name>")
@public
def show_schema(context: RequestContext, name: str) -> Response:  # noqa: ARG001 - the same for all
    """One object that calls send or bring: its fields, and where it is used."""
    schema = _document()["components"]["schemas"].get(name)
    if schema is None:
        raise NotFound("not_found")
    return page(
        "api_docs/schema.html",
        title=name,
        description=_in_language(schema.get("description", "")),
        fields=_fields(schema),
        words=[str(one) for one in schema.get("enum", ())],
        used_by=[one for one in _operations().values() if name in _named_in(one.node)],
    )


def _document() -> Node:
    application: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return _read(application.extensions["duban.openapi"]())


@cache
def _read(content: bytes) -> Node:
    found: Node = json.loads(content)
    return found


def _operations() -> dict[str, Operation]:
    return {
        node["operationId"]: Operation(
            node["operationId"], method.upper(), path, node["tags"][0], node, of_path.get("parameters", ())
        )
        for path, of_path in _document()["paths"].items()
        for method, node in of_path.items()
        if method in METHODS
    }


def _resolved(node: Node) -> Node:
    """What a reference leads to."""
    found: Any = node
    while "$ref" in found:
        path = found["$ref"].removeprefix("#/").split("/")
        found = _document()
        for step in path:
            found = found[step]
    return dict(found)


def _parameter(node: Node) -> FieldRow:
    own = {name: node[name] for name in ("description", "example") if name in node}
    schema = {**node.get("schema", {}), **own}
    return _row(node["name"], schema, is_required=node.get("required", False), where=node["in"])


def _parts(status: str, node: Node) -> Iterator[Part]:
    """A body or an answer in each of its media types; one without content is told all the same."""
    for media, content in node.get("content", {}).items():
        kind, schema = _kind(content.get("schema", {}))
        rows = _fields(_resolved(content["schema"])) if schema else ()
        example = _example(content) if status != "default" else None  # one error is like another
        yield Part(status, _in_language(node.get("description", "")), media, schema, kind, rows, example)
    if not node.get("content"):
        yield Part(status, _in_language(node.get("description", "")), "", None, "", (), None)


def _example(content: Node) -> str | None:
    value: Any = content.get("example")
    if value is None:
        value = next((_resolved(one).get("value") for one in content.get("examples", {}).values()), None)
    return None if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def _fields(schema: Node) -> list[FieldRow]:
    required = schema.get("required", ())
    return [_row(name, field, is_required=name in required) for name, field in schema.get("properties", {}).items()]


def _row(name: str, schema: Node, *, is_required: bool, where: str = "") -> FieldRow:
    kind, leads_to = _kind(schema)
    inner = _resolved(schema.get("items", schema)) if "items" in schema else _resolved(schema)
    examples = schema.get("examples") or ([schema["example"]] if "example" in schema else [])
    return FieldRow(
        name,
        kind,
        leads_to,
        [str(one) for one in inner.get("enum", ())[:MOST_WORDS]],
        is_required,
        where,
        _in_language(schema.get("description") or inner.get("description", "")),
        json.dumps(examples[0], ensure_ascii=False) if examples else None,
    )


def _kind(schema: Node) -> tuple[str, str | None]:
    """What stands there, in a few words, and the schema that says more."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            kinds = [_kind(one) for one in schema[several]]
            return " | ".join(kind for kind, _ in kinds), next((name for _, name in kinds if name), None)
    type_ = schema.get("type", "object")
    if type_ == "array":
        kind, name = _kind(schema.get("items", {}))
        return f"[{kind}]", name
    words = " | ".join(type_) if isinstance(type_, list) else str(type_)
    limits = [f"{schema[name]}" for name in ("minLength", "maxLength", "minimum", "maximum") if name in schema]
    detail = schema.get("format") or "–".join(limits)
    return f"{words} ({detail})" if detail else words, None


def _in_language(description: str) -> str:
    """The half of a text in both languages that the reader reads."""
    for between in (" / ", " · "):
        chinese, sign, english = description.partition(between)
        if sign and not chinese.isascii():
            return english if language() == "en" else chinese
    return description


def _paragraphs(description: str) -> list[str]:
    """Of a text in both languages with a paragraph each, the reader's; of one in English alone all."""
    paragraphs = [one for one in description.split("\n\n") if one.strip()]
    if len(paragraphs) == len(("zh", "en")) and not paragraphs[0].isascii() and paragraphs[1].isascii():
        return [paragraphs[language() == "en"]]
    return paragraphs


def _named_in(node: Any) -> set[str]:
    """The schemas that a node names."""
    if isinstance(node, Mapping):
        own = {node["$ref"].rpartition("/")[2]} if "$ref" in node else set()
        return own.union(*(_named_in(one) for one in node.values()))
    return set().union(*(_named_in(one) for one in node)) if isinstance(node, list) else set()
