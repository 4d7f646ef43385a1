"""One request, one transaction: its effect and the answer stored for its key are committed together, or not at all."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Response, current_app, g, request

from api.http.access import API, Access, bearer_token, rule_of
from api.http.context import SAFE, RequestContext, resources
from api.http.limits import limit_caller, limit_stranger, note_right_token, note_wrong_token
from api.http.problems import Refusal
from api.http.security_notes import origin
from api.http.strangers import require_known_token
from api.http.token_use import note_token_used
from service.errors import DubanError, InvalidInput, NotAllowed
from service.evidence.uploads import LARGEST
from service.people.tokens import hold_from_first
from service.security_log.writing import comes_from
from service.store.db import unavailable_when_lost
from service.store.idempotency import FIELD, claim, remember
from service.store.rows_on_record.digests import recorded_at
from service.store.schema import explained_by_schema
from service.stored_answers import require_still_theirs

UPLOAD_LIMIT = LARGEST + 100_000  # bytes: the file and what wraps it
FORM_LIMIT = 3 * LARGEST + 100_000  # of a page, whose form takes several photographs
View = Callable[..., Any]


def in_one_transaction(view: View) -> View:
    """The view, called with its request's context in a transaction of its own; any error rolls it back."""
    rule, locations = rule_of(view), _argument_locations(view)
    store_answer = not getattr(view, "repeats_itself", False)

    @wraps(view)
    def transaction(**path: str) -> Any:
        if not rule.public:
            limit_stranger() if request.method in SAFE else require_known_token()
        _read_body(locations)
        _check_query(locations)
        body_hash = _request_hash() if request.method == "POST" and FIELD in request.headers else ""
        with ExitStack() as held:
            prepared = _prepared(view, rule, held)
            opened = resources().reading if _is_malformed(view, rule, prepared) else resources().session
            with unavailable_when_lost(), explained_by_schema(resources().engine), opened() as session:
                if not rule.public and request.method not in SAFE:
                    hold_from_first(session, bearer_token())
                g.request_context = context = RequestContext(session, resources().now(session), prepared=prepared)
                recorded_at(session, context.now)
                comes_from(session, origin())
                _authenticate(rule, context)
                response = _answer_once(context, lambda: _answer(view, context, path), body_hash, store_answer)
                session.commit()
        note_token_used(context)
        return response

    return transaction


def repeats_itself(view: View) -> View:
    """Mark a view that derives its answer, a secret, from the key: the answer is not stored."""
    view.repeats_itself = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def prepared_by(prepare: Callable[[RequestContext], Any]) -> Callable[[View], View]:
    """Let a view find in its context what takes long: it is done in a transaction that only reads, and keeps nobody.

    What it is refused for is told unless the key of the request has an answer already; what it enters into
    `context.until_answered` lasts until the view's own transaction is over.
    """

    def mark(view: View) -> View:
        view.prepare = prepare  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def _prepared(view: View, rule: Access, held: ExitStack) -> Any:
    """What the view's preparation has found out, or why it was refused."""
    prepare: Callable[[RequestContext], Any] | None = getattr(view, "prepare", None)
    if prepare is None:
        return None
    with unavailable_when_lost(), explained_by_schema(resources().engine), resources().reading() as session:
        g.request_context = context = RequestContext(session, resources().now(session), until_answered=held)
        _authenticate(rule, context)
        try:
            return prepare(context)
        except DubanError as error:
            if FIELD not in request.headers:
                raise
            return error


def _is_malformed(view: View, rule: Access, prepared: Any) -> bool:
    """Whether a stranger's body is none, or refused, so that the view only says what is wrong: nothing is written."""
    return rule.public and hasattr(view, "prepare") and (prepared is None or isinstance(prepared, Refusal))


def _answer(view: View, context: RequestContext, path: dict[str, str]) -> Any:
    if isinstance(context.prepared, DubanError):
        raise context.prepared
    return view(context, **path)


def _authenticate(rule: Access, context: RequestContext) -> None:
    try:
        rule.authenticate(context)
    except NotAllowed as refusal:
        if refusal.code == "unauthenticated":
            note_wrong_token(context.session)
        raise
    if not rule.public:
        note_right_token(bearer_token())
        limit_caller()


def _argument_locations(view: View) -> set[str]:
    """Of query, json and files, those that the view takes arguments from; a page names its own."""
    own: frozenset[str] | None = getattr(view, "locations", None)
    if own is not None:
        return set(own)
    documented = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return {parameter["in"] for parameter in documented}


def _read_body(locations: set[str]) -> None:
    """Read everything before the transaction begins: a slow sender must not hold it open."""
    if request.method in SAFE:
        return
    if "files" in locations:
        request.max_content_length = UPLOAD_LIMIT if request.path.startswith(API) else FORM_LIMIT
        len(request.files)
    else:
        request.get_data()


def _check_query(locations: set[str]) -> None:
    """Raise InvalidInput for what came in another encoding: Flask would search for signs that nobody typed."""
    pairs = (part.partition(b"=")[::2] for part in request.query_string.split(b"&"))
    read = {name: _is_utf8(name) and _is_utf8(value) for name, value in pairs}
    if not all(read.values()):
        raise InvalidInput({_shown(name): "not_utf8" for name, readable in read.items() if not readable})
    if request.args and "query" not in locations:
        raise InvalidInput(dict.fromkeys(request.args, "unknown_field"))


def _is_utf8(quoted: bytes) -> bool:
    try:
        unquote_to_bytes(quoted).decode()
    except UnicodeDecodeError:
        return False
    return True


def _shown(name: bytes) -> str:
    return unquote_to_bytes(name).decode(errors="replace")


def _answer_once(
    context: RequestContext,
    answer: Callable[[], Response],
    request_hash: str,
    store_answer: bool,  # noqa: FBT001
) -> Response:
    """The answer; for a POST whose key was used before, the stored first one. A secret is not stored."""
    key = request.headers.get(FIELD)
    if key is None or request.method != "POST" or context.authenticated is None:
        return answer()
    owner, roles = context.authenticated.id, {str(post.role) for post in context.actor.posts}
    first = claim(context.session, person_id=owner, key=key, request_hash=request_hash, now=context.now, roles=roles)
    if first and store_answer:
        require_still_theirs(context.session, first, request.path, actor=context.actor)
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
