"""Whether what comes again under a `client_id` is what came first, before anything was corrected."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.evidence.evidence import same_pieces
from service.findings.new import NewFinding, seen_at
from service.models import Event, Finding, Revision
from service.store.idempotency import refuse_unless_same
from workflows.vocabulary import Move

_TEXTS = ("summary", "details", "location")
_FIXED = ("organization_id", "severity", "checklist_item_id", "inspection_id")


def check_repeat(session: Session, finding: Finding, new: NewFinding) -> None:
    """Raise InvalidInput on `client_id` and on every field that differs from what was logged first."""
    refuse_unless_same(_differing(session, finding, new))


def _differing(session: Session, finding: Finding, new: NewFinding) -> Iterator[str]:
    if new.round_id not in (None, finding.round_id):
        yield "round_id"
    yield from (name for name in _FIXED if getattr(finding, name) != getattr(new, name))
    revised = select(Revision).where(Revision.finding_id == finding.id, Revision.field.in_(_TEXTS))
    corrections = session.scalars(revised.order_by(Revision.revised_at.desc(), Revision.id))
    first = {name: getattr(finding, name) for name in _TEXTS}
    first |= {one.field: one.before for one in corrections}  # the oldest last
    yield from (name for name, text in first.items() if text != getattr(new, name))
    if seen_at(new.found_at, finding.created_at) != finding.found_at:
        yield "found_at"
    yield from _differing_evidence(session, finding, new)


def _differing_evidence(session: Session, finding: Finding, new: NewFinding) -> Iterator[str]:
    """Pieces are the same when their contents are: a telephone may have uploaded them again."""
    query = select(Event).where(Event.finding_id == finding.id, Event.position <= 2).order_by(Event.position)
    logged, *followed = session.scalars(query)
    if not same_pieces(session, logged.data.get("evidence_ids", ()), new.evidence_ids):
        yield "evidence_ids"
    settled = _settled_with(followed, logged.at)
    if (settled is None) != (new.settled is None):
        yield "settled"
    elif settled and new.settled:
        same = same_pieces(session, settled.data.get("evidence_ids", ()), new.settled.evidence_ids)
        if settled.reason != new.settled.comment or not same:
            yield "settled"


def _settled_with(followed: list[Event], logged_at: datetime) -> Event | None:
    return next((event for event in followed if event.move is Move.SETTLE and event.at == logged_at), None)
