"""What was typed into a form whose sender's sign-in had ended: carried through the sign-in, and kept by nobody.

The texts travel in hidden fields of the pages in between, to one of our own forms alone, which then shows them again.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

PREFIX, WHERE = "typed.", "typed_into"
NOT_CARRIED = ("once", "kept_evidence", "refill")
LONGEST = 200_000  # characters in all: more than any form of ours takes

Fields = list[tuple[str, str]]  # of a form, in order; several may have one name


def brings_back(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a form's view that shows what was typed when the field `refill` comes along."""
    view.brings_back = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def typed_now() -> Fields:
    """What this request was to be carried on with, as hidden fields; nothing where no form of ours could show it."""
    if request.method != "POST" or not _is_ours(request.path):
        return []
    sent = request.form.items(multi=True)
    texts = [(f"{PREFIX}{name}", text) for name, text in sent if name not in NOT_CARRIED]
    if not any(text.strip() for _, text in texts) or sum(len(text) for _, text in texts) > LONGEST:
        return []
    return [(WHERE, request.path), *texts]


def carried() -> Fields:
    """What a page of the sign-in carries on, as it came."""
    where = request.form.get(WHERE, "")
    if not _is_ours(where):
        return []
    return [(WHERE, where), *(one for one in request.form.items(multi=True) if one[0].startswith(PREFIX))]


def brought_back(fields: Fields) -> tuple[str, Fields]:
    """The address of the form, and its fields under their own names."""
    (_, where), *texts = fields
    return where, [(name.removeprefix(PREFIX), text) for name, text in texts]


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
