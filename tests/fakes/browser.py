"""A browser without scripts: it keeps cookies, sends forms, and holds every page to what all of them promise."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib  # type: ignore[import-untyped]
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HOST = "http://127.0.0.1:8000"
NAMED = ("input", "select", "textarea")
SPEAKS_FOR_ITSELF = ("hidden", "submit", "button")


@dataclass(slots=True)
class Page:
    """An answer in HTML, parsed."""

    answer: TestResponse
    root: Element

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        """What one reads, without what is in between."""
        (body,) = self.root.iter("body")
        return " ".join(" ".join(body.itertext()).split())

    @property
    def title(self) -> str:
        (title,) = self.root.iter("title")
        return (title.text or "").strip()

    def forms(self) -> dict[str, Element]:
        """The forms by the address that they send to."""
        return {form.get("action", ""): form for form in self.root.iter("form")}

    def links(self) -> list[str]:
        return [link.get("href", "") for link in self.root.iter("a")]

    def within(self, class_: str) -> set[str]:
        """The links within whatever has this class."""
        boxes = [one for one in self.root.iter() if class_ in (one.get("class") or "").split()]
        return {link.get("href", "") for box in boxes for link in box.iter("a")}

    def filled_in(self, action: str) -> dict[str, str]:
        """The fields of a form as the page has them."""
        form = self.forms()[action]
        fields = {
            one.get("name", ""): one.get("value", "") for one in form.iter("input") if one.get("type") == "hidden"
        }
        fields |= {one.get("name", ""): one.get("value", "") for one in form.iter("input") if "checked" in one.attrib}
        return fields | {one.get("name", ""): one.text or "" for one in form.iter("textarea")}


@dataclass(slots=True)
class Browser:
    """Somebody in front of the pages."""

    app: Flask
    headers: Mapping[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def signed_in(self, token: str) -> "Browser":
        """As somebody whose sign-in the cookie holds."""
        self.client.set_cookie("duban", token, domain="127.0.0.1")
        return self

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """The raw answer."""
        headers = {"Accept": "text/html", "Accept-Language": "zh", **options.pop("headers", {})}
        return self.client.open(path, method=method, base_url=HOST, headers=headers, buffered=True, **options)

    def get(self, path: str, *, expect: int = 200) -> Page:
        """A page, in order."""
        return self.page_of(self.ask("GET", path), expect)

    def send(
        self,
        path: str,
        form: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, bytes] | None = None,
        expect: int = 303,
    ) -> Page:
        """What a form brings; after a 303 the page that it leads to."""
        data: dict[str, Any] = dict(form or {})
        if files:
            data["evidence_ids"] = [(io.BytesIO(content), name) for name, content in files.items()]
        answer = self.ask("POST", path, data=data, headers=dict(self.headers))
        if answer.status_code == expect == 303:
            while answer.status_code == 303:
                answer = self.ask("GET", answer.location)
            return self.page_of(answer, 200)
        return self.page_of(answer, expect)

    def page_of(self, answer: TestResponse, expect: int) -> Page:
        """The answer as a page, in order."""
        assert answer.status_code == expect, answer.get_data(as_text=True)[-2000:]
        root = html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            assert list(mistakes(answer, root)) == []
        return Page(answer, root)


def mistakes(answer: TestResponse, root: Element) -> Iterator[str]:
    """What no page may do: lack its heading, title or language, repeat an id, focus two, leave a field unnamed, run."""
    headings = ["".join(one.itertext()).strip() for one in root.iter("h1")]
    (title,) = root.iter("title")
    if len(headings) != 1 or not (title.text or "").startswith(headings[0]):
        yield f"title {title.text!r}, headings {headings}"
    if root.get("lang") not in ("zh-CN", "en"):
        yield f"lang {root.get('lang')!r}"
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    yield from (f"id {id_} twice" for id_ in {one for one in ids if ids.count(one) > 1})
    if (focused := [one.tag for one in root.iter() if "autofocus" in one.attrib]) and len(focused) > 1:
        yield f"{focused} all take the focus"
    yield from _without_names(root)
    yield from (what for one in root.iter() for what in _carried(one))
    if "no-store" not in answer.headers["Cache-Control"] or "unsafe" in answer.headers["Content-Security-Policy"]:
        yield "headers of a page that may be kept or may run what stands in it"


def _without_names(root: Element) -> Iterator[str]:
    labelled = {one.get("for") for one in root.iter("label")}
    within = {id(inner) for label in root.iter("label") for inner in label.iter() if inner.tag in NAMED}
    for one in root.iter():
        is_field = one.tag in NAMED and one.get("type") not in SPEAKS_FOR_ITSELF
        if is_field and not (one.get("id") in labelled or id(one) in within or one.get("aria-label")):
            yield f"{one.get('name')} has no label"


def _carried(one: Element) -> Iterator[str]:
    if one.tag == "form" and not one.get("action"):
        yield "a form without an action"
    if one.tag == "img" and "alt" not in one.attrib:
        yield "a picture without words"
    if one.tag == "style" or (one.tag == "script" and (one.text or "").strip()):
        yield f"an inline {one.tag}"
    if one.tag == "a" and not (one.get("href") or "").startswith(("/", "#")):
        yield f"a link to {one.get('href')!r}"
    yield from (f"{name} on {one.tag}" for name in one.attrib if re.match("style$|on[a-z]+$|hx-on", str(name)))
