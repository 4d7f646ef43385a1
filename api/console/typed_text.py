"""What was typed into a form whose sender's sign-in had ended: carried through the sign-in, and kept by nobody.

The texts travel in one sealed field of the pages in between, to one of our own forms alone, which then shows them
again to whom the form was made for: somebody else who signs in there is told that there is something, and reads none.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from api.console.queries import id_in
from api.console.rendering import here, page, text
from api.console.sealing import packed, unpacked
from api.http.context import RequestContext
from service.errors import InvalidInput

BOX, WHAT = "typed", "typed text"  # the field, and what is sealed in it
SENDER = "sender"  # of a form: for whom it was made
DEVICE_SENDER = "Duban-Sender"  # the header that says whose entry a device sends
NOT_CARRIED = ("once", "kept_evidence", "refill")
LONGEST = 200_000  # characters in all: more than any form of ours takes

Fields = list[tuple[str, str]]  # of a form, in order; several may have one name
View = Callable[..., Any]


def brings_back(view: View) -> View:
    """Mark a form's view that shows what was typed when the field `refill` comes along.

    A form that was made for somebody else is not done: it would stand under the caller's name.
    """

    @wraps(view)
    def by_its_sender(context: RequestContext, **path: str) -> Any:
        by_device = DEVICE_SENDER in request.headers  # which is answered as programs are
        if not by_device and request.form.get(SENDER, context.caller.id) != context.caller.id:
            return anothers_page(typed_now(), here(), status=409)
        return view(context, **path)

    by_its_sender.brings_back = True  # type: ignore[attr-defined]  # functions carry attributes
    return by_its_sender


def typed_now() -> Fields:
    """What this request was to be carried on with, as a hidden field; nothing where no form of ours could show it."""
    owner = id_in(request.form.get(SENDER, "")) if request.method == "POST" and _is_ours(request.path) else None
    sent = [one for one in request.form.items(multi=True) if one[0] not in NOT_CARRIED] if owner else []
    written = [value for name, value in sent if name != SENDER]
    if owner is None or not any(value.strip() for value in written) or sum(map(len, written)) > LONGEST:
        return []
    box = packed(json.dumps([request.path, sent], ensure_ascii=False).encode(), WHAT, owner=owner)
    return [(BOX, box)] if box else []


def carried() -> Fields:
    """What a page of the sign-in carries on, as it came."""
    box = request.form.get(BOX)
    return [(BOX, box)] if box else []


def brought_back(fields: Fields, *, owner: str) -> tuple[str, Fields] | None:
    """The address of the form, and its fields; None for what is somebody else's, or was never sealed by us."""
    try:
        where, sent = json.loads(unpacked(fields[0][1], WHAT, owner=owner, field=BOX))
    except InvalidInput:
        return None
    return (where, [(name, value) for name, value in sent]) if _is_ours(where) else None


def anothers_page(typed: Fields, wanted: str, *, status: int = 200) -> Response:
    """The page that says that somebody else's text waits here, unseen: he or she signs in, or it goes."""
    return page("account/anothers.html", status=status, title=text("signing_in.anothers"), typed=typed, wanted=wanted)


def _is_ours(address: str) -> bool:
    """Whether a form of ours is sent there that shows again what was typed."""
    routes = current_app.create_url_adapter(request)
    if routes is None or not address.startswith("/"):
        return False
    try:
        if urlsplit(address).netloc:
            return False
        endpoint, _ = routes.match(address, method="POST")
    except (ValueError, HTTPException):
        return False
    return getattr(current_app.view_functions[str(endpoint)], "brings_back", False) is True
