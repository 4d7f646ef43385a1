"""One request, one transaction: who calls, the effect and the kept answer are committed together, or nothing is."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, current_app, g, request

from api.http.access import bearer, rule_of
from api.http.door import SAFE, Work, door
from service.errors import InvalidInput
from service.evidence import LARGEST
from service.store.db import unavailable_when_lost
from service.store.idempotency import FIELD, claim, remember

UPLOAD_LIMIT = LARGEST + 100_000  # bytes: the file and what wraps it
View = Callable[..., Any]


def in_one_transaction(view: View) -> View:
    """The view, called within a transaction of its own; any error rolls it back."""
    rule, takes, kept = rule_of(view), _places(view), not getattr(view, "repeats_itself", False)

    @wraps(view)
    def answered(**path: str) -> Any:
        if not rule.public:
            bearer()
        _read_body(takes)
        _refuse_unknown_query(takes)
        with unavailable_when_lost(), door().session() as session:
            g.work = work = Work(session, door().now(session))
            rule.let_in(work)
            response = _once(work, lambda: view(**path), kept=kept)
            session.commit()
        return response

    return answered


def repeats_itself(view: View) -> View:
    """Marks a view whose own answer to a key is always the same: its answer is a secret, and no copy of it is kept."""
    view.repeats_itself = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def _places(view: View) -> set[str]:
    """Where the view's arguments come from: query, json, files."""
    documented = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return {parameter["in"] for parameter in documented}


def _read_body(takes: set[str]) -> None:
    """Read everything before the transaction begins: a slow sender must not hold it open."""
    if request.method in SAFE:
        return
    if "files" in takes:
        request.max_content_length = UPLOAD_LIMIT
        len(request.files)
    else:
        request.get_data()


def _refuse_unknown_query(takes: set[str]) -> None:
    if request.args and "query" not in takes:
        raise InvalidInput(dict.fromkeys(request.args, "unknown_field"))


def _once(work: Work, answer: Callable[[], Response], *, kept: bool) -> Response:
    """The answer; for a POST with a key that was used before, the first one, which is `kept` unless it is a secret."""
    key = request.headers.get(FIELD)
    if key is None or request.method != "POST" or work.caller is None:
        return answer()
    owner = work.caller.id
    first = claim(work.session, person_id=owner, key=key, request_hash=_fingerprint(), now=work.now)
    if first and kept:
        return current_app.response_class(first.body, first.status, mimetype="application/json")
    response = answer()
    body = response.get_data(as_text=True) if kept else ""
    remember(work.session, person_id=owner, key=key, status=response.status_code, body=body)
    return response


def _fingerprint() -> str:
    """The SHA-256 of method, address and body; of an upload, of its parts, for the boundary changes with every try."""
    digest = sha256(f"{request.method} {request.path}".encode(errors="surrogatepass"))
    if request.query_string:
        digest.update(b"?" + request.query_string)
    digest.update(b"\n")
    if not request.files:
        digest.update(request.get_data())
    for name, file in request.files.items(multi=True):
        digest.update(f"{name}\0{file.filename}\0{file.mimetype}\0".encode())
        while chunk := file.stream.read(1 << 16):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.hexdigest()
