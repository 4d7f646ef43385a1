"""A small JSON client, which says what it expects and shows the answer when it gets another."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

BASE = "/api/v1"
# the smallest picture there is: one transparent pixel
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """One caller of the API: anonymous without a token."""

    app: Flask
    token: str | None = None

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """The raw answer; `headers` come on top of the caller's own."""
        headers = {"Accept-Language": "zh", **options.pop("headers", {})}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        whole = ("/api", "/calendar/", "/sign-in/", "/healthz", "/readyz", "/metrics")
        url = path if path.startswith(whole) or path == "/" else BASE + path
        return self.app.test_client().open(url, method=method, headers=headers, buffered=True, **options)

    def get(self, path: str, *, expect: int = 200, headers: Mapping[str, str] | None = None, **query: Any) -> Json:
        """The body of a GET."""
        return _body(self.call("GET", path, query_string=query, headers=headers or {}), expect)

    def post(
        self, path: str, body: Json | None = None, *, expect: int = 201, headers: Mapping[str, str] | None = None
    ) -> Json:
        """The body of a POST."""
        return _body(self.call("POST", path, json=body or {}, headers=headers or {}), expect)

    def move(self, path: str, body: Json | None = None, *, expect: int = 200) -> Json:
        """The finding after a move."""
        return self.post(path, body, expect=expect)

    def patch(self, path: str, body: Json, *, if_match: str | None, expect: int = 200) -> Json:
        """The body of a PATCH."""
        headers = {"If-Match": if_match} if if_match else {}
        return _body(self.call("PATCH", path, json=body, headers=headers), expect)

    def put(self, path: str, body: Json, *, expect: int = 200) -> Json:
        """The body of a PUT."""
        return _body(self.call("PUT", path, json=body), expect)

    def delete(self, path: str, *, expect: int = 204) -> Json:
        """What a DELETE answers: nothing, or a problem."""
        return _body(self.call("DELETE", path), expect)

    def upload(self, content: bytes = PNG, filename: str = "现场照片.png", *, expect: int = 201) -> Json:
        """The evidence that was made of a file."""
        data = {"file": (io.BytesIO(content), filename)}
        return _body(self.call("POST", "/evidence", data=data, content_type="multipart/form-data"), expect)

    def items(self, path: str, **query: Any) -> list[Json]:
        """The items of the first page of a list."""
        found: list[Json] = self.get(path, **query)["items"]
        return found

    def pages(self, path: str, **query: Any) -> Iterator[list[Json]]:
        """The items of every page."""
        while True:
            page = self.get(path, **query)
            yield page["items"]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]


def _body(answer: TestResponse, expect: int) -> Json:
    assert answer.status_code == expect, f"{answer.status_code}, not {expect}: {answer.get_data(as_text=True)}"
    if not answer.data:
        return {}
    body: Json = answer.get_json()
    return body
