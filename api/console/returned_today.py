"""Today's first group for a unit: what came back to it, with what the reviewer said is still missing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.console.rendering import text
from api.http.context import RequestContext, language
from service.findings.list import findings_of
from service.findings.reviews import returned_to
from service.findings.view import view_findings
from service.wording import word
from workflows.vocabulary import Move


class Returned(NamedTuple):
    """Findings that came back: since when each, and what was said of it, by its id."""

    rows: list[Any]
    since: Mapping[str, datetime]
    notes: Mapping[str, str]


def returned_of(context: RequestContext, *, limit: int) -> Returned:
    """What the caller's unit has to hand in again, what is due first in front."""
    session, actor = context.session, context.actor
    reviews = {one.finding_id: one for one in returned_to(session, actor=actor, limit=limit)}
    if not reviews:
        return Returned([], {}, {})
    found = {one.id: one for one in findings_of(session, reviews, actor=actor)}
    views = view_findings(session, [found[id_] for id_ in reviews], actor=actor, now=context.now)
    return Returned(
        [view for view in views if Move.SUBMIT in view.allowed_moves],
        {id_: one.reviewed_at for id_, one in reviews.items()},
        {
            id_: text("today.came_back", outcome=word(one.outcome, language()), said=one.remaining or one.comment)
            for id_, one in reviews.items()
        },
    )
