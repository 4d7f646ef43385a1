"""What was typed into a form whose sender's sign-in had ended: carried through the sign-in, and kept by nobody.

The texts travel in one sealed field of the pages in between, to one of our own forms alone, which then shows them
again to whom the form was made for: somebody else who signs in there is told that there is something, and reads none.
For whom it was made is sealed into the form: the cookie may be gone, and anybody can write somebody else's id.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from api.console.queries import id_in
from api.console.rendering import here, page, text
from api.console.sealing import SENDER, made_for, packed, unpacked
from api.http.context import RequestContext, resources
from api.http.transaction import FORM_LIMIT
from service.errors import DubanError, InvalidInput

BOX, WHAT = "typed", "typed text"  # the field, and what is sealed in it
DEVICE_SENDER = "Duban-Sender"  # the header that says whose entry a device sends
NOT_CARRIED = ("once", "kept_evidence", "refill")
LONGEST = 200_000  # characters in all: more than any form of ours takes
FORM_STANDS = timedelta(days=14)  # from when it was made: a form may be left open over the longest holidays
BOX_STANDS = timedelta(days=1)  # from when it was sent

Fields = list[tuple[str, str]]  # of a form, in order; several may have one name
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Box:
    """What was typed."""

    owner: str  # the id of whom the form was made for
    where: str  # the address of the form
    fields: Fields


def brings_back(view: View) -> View:
    """Mark a form's view that shows what was typed when the field `refill` comes along.

    A form that was made for somebody else is not done: it would stand under the caller's name.
    """

    @wraps(view)
    def by_its_sender(context: RequestContext, **path: str) -> Any:
        by_device = DEVICE_SENDER in request.headers  # which is answered as programs are
        if not by_device and SENDER in request.form and _sender() != context.caller.id:
            return anothers_page(typed_now(), here(), status=409)
        return view(context, **path)

    by_its_sender.brings_back = True  # type: ignore[attr-defined]  # functions carry attributes
    return by_its_sender


def typed_now() -> Fields:
    """What this request was to be carried on with, as a hidden field; nothing where no form of ours could show it."""
    if request.method != "POST":
        return []
    view = _form_at(request.path)
    if (
        view and g.get("ended_token_of") and "files" in view.locations
    ):  # once ours: it is let send what it might have sent
        request.max_content_length = FORM_LIMIT
    try:
        return _sealed() if view else carried()
    except (HTTPException, DubanError):  # more than a stranger may send; or nobody knows what time it is
        return []


def carried() -> Fields:
    """What a page of the sign-in carries on, as it came."""
    box = request.form.get(BOX)
    return [(BOX, box)] if box else []


def opened_box(typed: Fields, *, now: datetime) -> Box:
    """What is in the box that a page carries; InvalidInput for one that is not ours any more, or stood too long."""
    owner, sealed_at, where, sent = json.loads(unpacked(typed[0][1], WHAT, owner="", field=BOX))
    if now - datetime.fromisoformat(sealed_at) > BOX_STANDS or _form_at(where) is None:
        raise InvalidInput({BOX: "invalid"})
    return Box(owner, where, [(name, value) for name, value in sent])


def anothers_page(typed: Fields, wanted: str, *, status: int = 200) -> Response:
    """The page that says that somebody else's text waits here, unseen: he or she signs in, or it goes."""
    return page("account/anothers.html", status=status, title=text("signing_in.anothers"), typed=typed, wanted=wanted)


def continue_page(typed: Fields, wanted: str, context: RequestContext, owner: str) -> Response:
    """The page that leads whoever has signed in back to the form; or says why it does not."""
    if not typed:
        return redirect(wanted, 303)
    try:
        box = opened_box(typed, now=context.now)
    except InvalidInput:
        return page("account/not_back.html", title=text("signing_in.not_back"), wanted=wanted)
    if box.owner != owner:
        return anothers_page(typed, wanted)
    return page("account/continue.html", title=text("signing_in.again"), where=box.where, fields=box.fields)


def _sealed() -> Fields:
    owner, now = _sender(), _now()
    sent = [one for one in request.form.items(multi=True) if one[0] not in NOT_CARRIED]
    written = [value for name, value in sent if name != SENDER]
    if owner is None or not any(value.strip() for value in written) or sum(map(len, written)) > LONGEST:
        return []
    made_at = made_for(owner, request.form[SENDER])
    if made_at is None or now - made_at > FORM_STANDS:
        return []
    content = json.dumps([owner, now.isoformat(), request.path, sent], ensure_ascii=False)
    box = packed(content.encode(), WHAT, owner="")  # whoever it is brought to, we read whose it is
    return [(BOX, box)] if box else []


def _sender() -> str | None:
    return id_in(request.form.get(SENDER, "").partition(".")[0])


def _now() -> datetime:
    context: RequestContext | None = g.get("request_context")
    if context is not None:
        return context.now
    with resources().reading() as session:
        return resources().now(session)


def _form_at(address: str) -> Any:
    """The view of a form of ours that is sent there and shows again what was typed; None for any other address."""
    routes = current_app.create_url_adapter(request)
    if routes is None or not address.startswith("/"):
        return None
    try:
        if urlsplit(address).netloc:
            return None
        endpoint, _ = routes.match(address, method="POST")
    except (ValueError, HTTPException):
        return None
    view = current_app.view_functions[str(endpoint)]
    return view if getattr(view, "brings_back", False) else None
