"""Forms that are sent twice and done once: a double click, or a page sent again."""

from hashlib import sha256

from flask import request

from api.http.context import RequestContext
from service.store.idempotency import claim, remember

FIELD = "once"


def was_sent_before(context: RequestContext) -> bool:
    """Whether this very form has been sent and done."""
    key = request.form.get(FIELD)
    if not key:
        return False
    same = sha256(request.path.encode()).hexdigest()
    return claim(context.session, person_id=context.caller.id, key=key, request_hash=same, now=context.now) is not None


def note_as_sent(context: RequestContext) -> None:
    """Remember that the form was done."""
    if key := request.form.get(FIELD):
        remember(context.session, person_id=context.caller.id, key=key, status=303, body="")
