"""Styles and scripts: under an address that carries the digest of all of them, so that browsers may keep them."""

from collections.abc import MutableMapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

YEAR = 365 * 24 * 3600  # seconds
FOLDER = Path(__file__).parent / "static"
STYLES = ("vendor/bootstrap.min.css", "styles/duban.css")


class StaticFilesMissing(Exception):
    """The files of others that the set-up fetches are not there."""


def register_static_files(app: Flask) -> None:
    """Serve the files; raises `StaticFilesMissing` at start, not when somebody looks."""
    missing = [name for name in STYLES if not (FOLDER / name).exists()]
    if missing:
        raise StaticFilesMissing(
            f"缺少 {'、'.join(missing)}，请执行 make setup / missing: {', '.join(missing)}; run make setup"
        )
    served = WhiteNoise(
        app.wsgi_app, max_age=31_536_000, add_headers_function=_add_headers, immutable_file_test=_is_immutable
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


def _is_immutable(_path: str, _url: str) -> bool:
    return True


def _add_headers(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
