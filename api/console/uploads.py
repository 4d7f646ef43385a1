"""Files that come with a form, handed in within the transaction of its act."""

from flask import request

from api.http.context import RequestContext, resources
from api.http.problems import Refusal
from service.evidence.uploads import hand_in

KEPT = "kept_evidence"  # what was handed in with a form that was refused


def handed_in(context: RequestContext) -> list[str]:
    """The ids of what the form brings, after those of what it brought when its act was refused.

    Raises what the files are refused for.
    """
    if isinstance(context.prepared, Refusal):
        raise context.prepared.error
    session, actor, now, quota = context.session, context.actor, context.now, resources().settings.evidence
    brought = [hand_in(session, file, actor=actor, now=now, quota=quota).id for file in context.prepared]
    return [*request.form.getlist(KEPT), *brought]
