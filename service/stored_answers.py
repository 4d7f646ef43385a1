"""Whether an answer that was kept for a repeat may be given again: whoever asks still sees it and has the roles."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from service.documents.kinds import documents_seen
from service.errors import NotAllowed, NotFound
from service.evidence.evidence import seen_evidence
from service.models import (
    CampaignAction,
    Document,
    Evidence,
    Extension,
    Finding,
    HandlingOpinion,
    Inspection,
    RectificationNotice,
    WeeklyReport,
)
from service.scope import campaigns_seen, findings_seen, inspections_seen, reports_seen
from service.store.idempotency import StoredAnswer
from workflows.findings.facts import Actor

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _through_finding(model: Any) -> Callable[[Actor], ColumnElement[bool]]:
    return lambda actor: exists().where(Finding.id == model.finding_id, findings_seen(actor))


def _notices_seen(actor: Actor) -> ColumnElement[bool]:
    return exists().where(Finding.notice_id == RectificationNotice.id, findings_seen(actor))


# Of what has no line here (people, organizations, rounds, rules, tables that were imported) the roles decide.
_SEEN: Mapping[Any, Callable[[Actor], ColumnElement[bool]]] = {
    Finding: findings_seen,
    Inspection: inspections_seen,
    CampaignAction: campaigns_seen,
    WeeklyReport: reports_seen,
    Document: documents_seen,
    RectificationNotice: _notices_seen,
    Extension: _through_finding(Extension),
    HandlingOpinion: _through_finding(HandlingOpinion),
}


def require_still_theirs(session: Session, answer: StoredAnswer, path: str, *, actor: Actor) -> None:
    """Raise as for an unknown object unless whatever path and answer name is seen today, in the roles of then.

    `NotFound` when one of the objects is out of sight, `NotAllowed` when a role is lost in which the caller acted.
    """
    ids = {id_.lower() for id_ in (*_ID.findall(path), *_ids_in(answer.body))}
    for model, seen in _SEEN.items():
        if not all(is_seen for (is_seen,) in session.execute(select(seen(actor)).where(model.id.in_(ids)))):
            raise NotFound("not_found")
    for evidence_id in session.scalars(select(Evidence.id).where(Evidence.id.in_(ids))):
        seen_evidence(session, evidence_id, actor=actor)
    if not {*answer.roles} <= {str(post.role) for post in actor.posts}:
        raise NotAllowed("not_yours")


def _ids_in(body: str) -> Iterator[str]:
    """The ids of what an answer is about: its own, and those of its items."""
    answer = json.loads(body) if body else {}
    for part in _parts(answer):
        if isinstance(id_ := part.get("id"), str) and _ID.fullmatch(id_):
            yield id_


def _parts(answer: Any) -> Iterable[Mapping[str, Any]]:
    if not isinstance(answer, dict):
        return []
    lists = [value for value in answer.values() if isinstance(value, list)]
    return [answer, *(item for items in lists for item in items if isinstance(item, dict))]
