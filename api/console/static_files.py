"""Styles and scripts: under an address that carries the digest of all of them, so that browsers may keep them."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from gzip import compress
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise  # type: ignore[import-untyped]
from whitenoise.responders import Response  # type: ignore[import-untyped]

YEAR = 365 * 24 * 3600  # seconds
FOLDER = Path(__file__).parent / "static"
OF_OTHERS = ("vendor/bootstrap.min.css", "vendor/htmx.min.js")
PACKED = (".css", ".js", ".svg")
WORTH_IT = 500  # bytes


class StaticFilesMissing(Exception):
    """The files of others that the set-up fetches are not there."""


class Packing(WhiteNoise):  # type: ignore[misc]  # the library has no types
    """The library, with compressed forms that need no files beside the files."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        """The file as the library answers with it, and its compressed form where that is worth it."""
        found = super().get_static_file(path, url, stat_cache=stat_cache)
        packed = _packed(Path(path))
        return PackedFile(found, packed) if packed else found


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file that goes out compressed to whoever takes that."""

    plain: Any
    packed: bytes

    def get_response(self, method: str, request_headers: Mapping[str, str]) -> Any:
        """What the library answers, with the compressed content in the place of the whole one."""
        answer = self.plain.get_response(method, request_headers)
        if answer.status != HTTPStatus.OK:
            return answer
        headers = [*answer.headers, ("Vary", "Accept-Encoding")]
        if "gzip" not in request_headers.get("HTTP_ACCEPT_ENCODING", ""):
            return Response(answer.status, headers, answer.file)
        if answer.file is not None:
            answer.file.close()
        headers = [(name, value) for name, value in headers if name != "Content-Length"]
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(self.packed)))]
        return Response(answer.status, headers, BytesIO(self.packed) if answer.file is not None else None)


def register_static_files(app: Flask) -> None:
    """Serve the files; raises `StaticFilesMissing` at start, not when somebody looks."""
    missing = [name for name in OF_OTHERS if not (FOLDER / name).exists()]
    if missing:
        raise StaticFilesMissing(
            f"缺少 {'、'.join(missing)}，请执行 make setup / missing: {', '.join(missing)}; run make setup"
        )
    served = Packing(
        app.wsgi_app, max_age=YEAR, add_headers_function=_add_headers, immutable_file_test=lambda _path, _url: True
    )
    served.add_files(str(FOLDER), prefix=_prefix())
    app.wsgi_app = served  # type: ignore[method-assign]  # the way that Flask documents


def address_of(name: str) -> str:
    """The address of a file of the folder."""
    return f"/{_prefix()}/{name}"


@cache
def _prefix() -> str:
    digest = sha256()
    for file in sorted(FOLDER.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(FOLDER).as_posix().encode() + b"\0" + file.read_bytes())
    return f"static/{digest.hexdigest()[:12]}"


@cache
def _packed(file: Path) -> bytes | None:
    content = file.read_bytes() if file.suffix in PACKED else b""
    return compress(content, mtime=0) if len(content) > WORTH_IT else None


def _add_headers(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
