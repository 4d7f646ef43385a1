"""One request, one transaction: its effect and the answer stored for its key are committed together, or not at all."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, current_app, g, request

from api.http.access import bearer_token, rule_of
from api.http.context import SAFE, RequestContext, resources
from service.errors import InvalidInput
from service.evidence import LARGEST
from service.store.db import unavailable_when_lost
from service.store.idempotency import FIELD, claim, remember

UPLOAD_LIMIT = LARGEST + 100_000  # bytes: the file and what wraps it
View = Callable[..., Any]


def in_one_transaction(view: View) -> View:
    """The view, called with its request's context in a transaction of its own; any error rolls it back."""
    rule, locations = rule_of(view), _argument_locations(view)
    store_answer = not getattr(view, "repeats_itself", False)

    @wraps(view)
    def transaction(**path: str) -> Any:
        if not rule.public:
            bearer_token()
        _read_body(locations)
        if request.args and "query" not in locations:
            raise InvalidInput(dict.fromkeys(request.args, "unknown_field"))
        with unavailable_when_lost(), resources().session() as session:
            g.request_context = context = RequestContext(session, resources().now(session))
            rule.authenticate(context)
            response = _answer_once(context, lambda: view(context, **path), store_answer=store_answer)
            session.commit()
        return response

    return transaction


def repeats_itself(view: View) -> View:
    """Mark a view that derives its answer, a secret, from the key: the answer is not stored."""
    view.repeats_itself = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def _argument_locations(view: View) -> set[str]:
    """Of query, json and files, those that the view takes arguments from."""
    documented = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return {parameter["in"] for parameter in documented}


def _read_body(locations: set[str]) -> None:
    """Read everything before the transaction begins: a slow sender must not hold it open."""
    if request.method in SAFE:
        return
    if "files" in locations:
        request.max_content_length = UPLOAD_LIMIT
        len(request.files)
    else:
        request.get_data()


def _answer_once(context: RequestContext, answer: Callable[[], Response], *, store_answer: bool) -> Response:
    """The answer; for a POST whose key was used before, the stored first one. A secret is not stored."""
    key = request.headers.get(FIELD)
    if key is None or request.method != "POST" or context.authenticated is None:
        return answer()
    owner = context.authenticated.id
    first = claim(context.session, person_id=owner, key=key, request_hash=_request_hash(), now=context.now)
    if first and store_answer:
        return current_app.response_class(first.body, first.status, mimetype="application/json")
    response = answer()
    body = response.get_data(as_text=True) if store_answer else ""
    remember(context.session, person_id=owner, key=key, status=response.status_code, body=body)
    return response


def _request_hash() -> str:
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
