"""The scope matrix's entries, and the requests that they stand for."""

import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.build.workbooks import workbook
from tests.fakes.client import PNG, Client
from tests.functional.scope_objects import Objects
from tests.worlds.people import PEOPLE
from workflows.vocabulary import ADMINISTRATORS, Role

FILE = Path(__file__).with_name("scope.toml")
SINGLE, BULK = "POST /api/v1/findings/{finding_id}/", "POST /api/v1/findings/bulk/"
TABLE = [("责任单位", "问题", "问题等级", "发现时间"), ("无名学院", "挂钟停走", "一般问题", "2021-04-12")]
UPLOADS = {
    "photograph": (PNG, "现场.png"),
    "people": ("用户名,姓名,职务,单位\n".encode(), "人员.csv"),
    "table": (workbook({"整改台账": TABLE}), "台账.xlsx"),
}
UNKNOWN = "7e570000-0000-4000-8000-000000000000"
OWN_ACCOUNT = re.compile("[A-Z]+ /api/v1/(me(?!/calendar)|tokens)")
Path_ = tuple[str, ...]  # ('body', 'findings', '0', 'id')


@dataclass(frozen=True, slots=True)
class Entry:
    """What one route is expected to do; scope.toml says what the fields mean."""

    key: str
    object: str | None = None
    may: tuple[str, ...] = ("all",)
    answers: int = 200
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    nested: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    public: bool = False
    upload: bool = False
    file: str = "photograph"  # what is uploaded: one of UPLOADS
    single: int | None = None  # of a bulk route: the status that the single call answers with

    @property
    def method(self) -> str:
        return self.key.partition(" ")[0]

    def expected(self, role: str) -> int:
        """The status for somebody who sees the object, where administration is in one hand."""
        lawful = {"all", role, *(ADMINISTRATORS if role is Role.ADMIN else ())}
        return 403 if lawful.isdisjoint(self.may) else self.single or self.answers

    def is_closed_to(self, role: str) -> bool:
        """Whether one of three administrators kept apart gets 403, whatever the object."""
        if role == Role.AUDITOR:
            return role not in self.may and not OWN_ACCOUNT.match(self.key)
        return role not in self.may and set(self.may) <= set(ADMINISTRATORS)

    def performers(self) -> list[str]:
        """Callers of the first district, and above, who get the status of success."""
        return [who for who, (role, *_) in PEOPLE.items() if self.expected(role) != 403 and is_inside(who)]


def is_inside(who: str) -> bool:
    return not who.startswith("other_") and who != "neighbour"


def entries() -> dict[str, Entry]:
    """Every entry by its key; a move's bulk route has the entry of its single one."""
    written = tomllib.loads(FILE.read_text())
    known = {key: _entry(key, fields) for key, fields in written.items()}
    return known | {bulk.key: bulk for entry in known.values() if (bulk := _bulk(entry))}


def routes(app: Flask) -> set[str]:
    """The same keys, from the application's own routes; pages are tried in tests/functional/console."""
    return {
        f"{method} {_path(rule.rule)}"
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("console_")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def ask(app: Flask, token: str | None, entry: Entry, object_id: str | None, values: Mapping[str, str]) -> TestResponse:
    """Make the entry's request."""
    _, _, path = entry.key.partition(" ")
    path = re.sub(r"{[^}]+}", object_id or "", path)
    known = {**values, "object": object_id or ""}
    options: dict[str, Any] = {"query_string": _filled(entry.query, known), "headers": dict(entry.headers)}
    if entry.upload:
        content, name = UPLOADS[entry.file]
        options["data"] = {"file": (io.BytesIO(content), name)}
    elif entry.body is not None:
        options["json"] = _filled(entry.body, known)
    return Client(app, token).call(entry.method, path, **options)


def exchanged(entry: Entry, place: str, id_: str) -> Entry:
    """The entry with another id at a place within its query or body."""
    where, *path = place.split(".")
    whole = {"query": dict(entry.query), "body": json.loads(json.dumps(entry.body or {}))}
    _put(whole[where], path, id_)
    return replace(entry, query=whole["query"], body=whole["body"] if entry.body is not None else None)


def told_apart(answer: TestResponse, *ids: str | None) -> tuple[int, list[tuple[str, str]], str]:
    """All that a stranger could tell two answers apart by: status, headers, body, but for the id that was sent.

    Every request has an id of its own, which is made at random.
    """
    text = _text(answer)
    for id_ in ids:
        text = text.replace(id_, "ID") if id_ else text
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Date", "X-Request-ID"))
    return answer.status_code, headers, text


def leaks(answer: TestResponse, caller: str, objects: Objects, *sent: str | None) -> list[str]:
    """The marks in an answer that this caller must not read."""
    text = f"{_text(answer)}\n{answer.headers}"
    return [mark for mark, seen in objects.marks.items() if caller not in seen and mark not in sent and mark in text]


def _path(rule: str) -> str:
    """`/x/<id:finding_id>` → `/x/{finding_id}`."""
    return re.sub("<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule)


def _text(answer: TestResponse) -> str:
    """The body as text; a photograph has marks too."""
    return answer.get_data().decode(errors="replace")


def _entry(key: str, fields: Mapping[str, Any]) -> Entry:
    nested = {place: (name, status) for place, (name, status) in fields.get("nested", {}).items()}
    return Entry(key, **{**fields, "nested": nested, "may": tuple(fields.get("may", ["all"]))})


def _bulk(entry: Entry) -> Entry | None:
    if not (entry.key.startswith(SINGLE) and entry.method == "POST"):
        return None
    body = {**(entry.body or {}), "ids": ["$object"]}
    key = BULK + entry.key.removeprefix(SINGLE)
    return replace(entry, key=key, body=body, answers=200, single=entry.answers)


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _filled(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, known) for inner in value]
    return known[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def _put(container: Any, path: list[str], id_: str) -> None:
    name, *rest = path
    if rest and rest[0].isdigit():
        container[name] = container.get(name) or [{}]
        _put_at(container[name], rest, id_)
    elif rest:
        _put(container.setdefault(name, {}), rest, id_)
    else:
        container[name] = id_


def _put_at(items: list[Any], path: list[str], id_: str) -> None:
    index, *rest = path
    if rest:
        _put(items[int(index)], rest, id_)
    else:
        items[int(index)] = id_


def statuses(answer: TestResponse, entry: Entry) -> Iterator[int]:
    """What was answered for each object: of a bulk call, each result's own status."""
    if entry.single is None or answer.status_code != 200:
        yield answer.status_code
    else:
        yield from (result["status"] for result in answer.get_json()["results"])
