"""What a device keeps until it can be sent: who may send it, what waits, and the worker that opens capture offline."""

from typing import Any

from flask import current_app, request
from werkzeug.wrappers import Response

from api.console.pages import Pages
from api.console.rendering import page, text
from api.console.static_files import FOLDER, address_of
from api.console.typed_text import DEVICE_SENDER
from api.http.access import public, signed_in
from api.http.context import RequestContext
from service.errors import NotAllowed

pages = Pages("outbox")
WORKER_POLICY = "default-src 'none'; connect-src 'self'"  # what a worker asks for is held to its own


def require_sender(context: RequestContext) -> None:
    """Raise NotAllowed `unauthenticated` when a device sends what somebody other than the caller has kept there."""
    if request.headers.get(DEVICE_SENDER, context.caller.id) != context.caller.id:
        raise NotAllowed("unauthenticated")


@pages.get("/outbox")
@signed_in
def index(context: RequestContext) -> Response:  # noqa: ARG001 - the device knows the rest
    """What waits on this device, and what it has sent: the device fills it in."""
    return page("outbox/index.html", title=text("outbox.title"))


@pages.get("/outbox/sender")
@signed_in
def sender(context: RequestContext) -> Any:
    """Who is signed in, and what time it is: a device asks before it sends anything."""
    return current_app.json.response({"duban": "sender", "person_id": context.caller.id, "now": context.now})


@pages.get("/sw.js")
@public
def worker(context: RequestContext) -> Response:  # noqa: ARG001 - the same for everybody
    """The worker of capture, at the root, for it may serve nothing above its own address."""
    source = f"// {address_of('')}\n{(FOLDER / 'sw.js').read_text()}"  # other files: another worker
    answer = current_app.response_class(source, mimetype="text/javascript")
    answer.headers["Content-Security-Policy"] = WORKER_POLICY
    answer.headers["Cache-Control"] = "no-cache"
    return answer
