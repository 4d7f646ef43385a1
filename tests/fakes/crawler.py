"""Somebody who follows links: each has a route, as has each form; of each kind of page a few are read."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.fakes.browser import Browser, mistakes

EACH, MOST = 2, 3  # pages of one kind that are read, and of one rule
Kind = tuple[str, str, frozenset[str]]  # what leads there, the rule of its address, the names in its query


@dataclass(slots=True)
class Crawler:
    """One reader's way through all that he or she is shown; `wrong` are the places where it ends."""

    browser: Browser
    note: Callable[[TestResponse], None]  # called with every answer
    read: Counter[Kind | str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    _waiting: deque[tuple[str, str]] = field(default_factory=deque)  # addresses, and the pages that name them
    _known: set[str] = field(default_factory=set)

    def crawl(self, start: str = "/") -> None:
        """Read whatever can be reached from there."""
        self._waiting.append((start, "nowhere"))
        while self._waiting:
            self._follow(*self._waiting.popleft())

    def _follow(self, address: str, named_by: str) -> None:
        path, fragment = urldefrag(address)
        answer = self.browser.ask("GET", path)
        for _ in range(5):
            if answer.status_code not in (302, 303):
                break
            path = urldefrag(urljoin(path, answer.location)).url
            answer = self.browser.ask("GET", path)
        self.note(answer)
        if answer.status_code != 200:
            self.wrong.append(f"{answer.status_code} at {path}, named by {named_by}")
        elif answer.mimetype == "text/html":
            self._look_at(answer, path, fragment, named_by)

    def _look_at(self, answer: TestResponse, path: str, fragment: str, named_by: str) -> None:
        root = html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)
        self.wrong += [f"{what} at {path}" for what in mistakes(answer, root)]
        ids = {one.get("id") for one in root.iter()}
        if fragment and fragment not in ids:
            self.wrong.append(f"#{fragment} is not at {path}, named by {named_by}")
        for one in root.iter():
            for method, target in _targets(one):
                whole = urljoin(path, target)
                if target.startswith("#") and target[1:] not in ids:
                    self.wrong.append(f"{target} is not at {path}")
                elif not target.startswith("#") and self._is_to_read(method, whole, path):
                    self._waiting.append((whole, path))

    def _is_to_read(self, method: str, address: str, named_by: str) -> bool:
        """Whether it is a page of a kind that was not read often enough; notes what no rule hears."""
        if (said := f"{method} {address}") in self._known:
            return False
        self._known.add(said)
        parts = urlsplit(address)
        if parts.path.startswith("/static/"):  # which no rule answers
            return True
        try:
            rule, _ = self.browser.app.url_map.bind("").match(parts.path, method=method, return_rule=True)
        except HTTPException as error:
            self.wrong.append(f"{error.code} for {method} {parts.path}, named by {named_by}")
            return False
        kind = (method, rule.rule, frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))
        if method != "GET" or self.read[kind] == EACH or self.read[rule.rule] == MOST:
            return False
        self.read.update((kind, rule.rule))
        return True


def _targets(one: Element) -> Iterator[tuple[str, str]]:
    """Where an element leads to, or where what it shows comes from."""
    if one.tag in ("a", "link") and one.get("href"):
        yield "GET", one.get("href", "")
    if one.tag in ("img", "script") and one.get("src"):
        yield "GET", one.get("src", "")
    if one.tag == "use":
        yield "GET", one.get("href", "")
    if one.tag == "form":
        yield one.get("method", "get").upper(), one.get("action", "")
    if one.get("formaction"):
        yield one.get("formmethod", "get").upper(), one.get("formaction", "")
