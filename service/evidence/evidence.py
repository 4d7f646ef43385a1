"""Evidence put to findings, answers and campaigns by the organization that it is of, and seen with those."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, Unavailable, existing
from service.files.store import EvidenceStore
from service.models import (
    AnswerEvidence,
    Attachment,
    CampaignAction,
    CampaignEvidence,
    Document,
    Evidence,
    Finding,
    Inspection,
)
from service.scope import campaigns_seen, findings_seen, inspections_seen, sees_acts, sees_figures
from workflows.findings.facts import Actor

# wherever a piece may hang
PLACES = (Attachment.evidence_id, AnswerEvidence.evidence_id, CampaignEvidence.evidence_id, Document.scan_id)


def attach(
    session: Session, *, actor: Actor, finding_id: str, subject_id: str, evidence_ids: Sequence[str]
) -> Sequence[Evidence]:
    """Put evidence to a finding, by its own logging or by one of its submissions or reviews (`subject_id`).

    InvalidInput on `evidence_ids` when a piece does not exist, is not of the actor's organization, or hangs only
    where the actor does not see it: one team does not reach into another's.
    """
    found = attachable(session, evidence_ids, actor=actor)
    put_to(session, found, finding_id=finding_id, subject_id=subject_id)
    return found


def put_to(session: Session, pieces: Iterable[Evidence], *, finding_id: str, subject_id: str) -> None:
    """Put evidence to a finding that `attachable` has let through."""
    session.add_all(Attachment(evidence_id=one.id, finding_id=finding_id, subject_id=subject_id) for one in pieces)


def attachable(session: Session, evidence_ids: Iterable[str], *, actor: Actor) -> Sequence[Evidence]:
    """The pieces, all of which the actor may put to something: of the own organization, and within sight.

    InvalidInput on `evidence_ids` when one of them is not.
    """
    found = pieces_for(session, evidence_ids, actor=actor)
    if len(found) != len(set(evidence_ids)):
        raise InvalidInput({"evidence_ids": "unknown_evidence"})
    return found


def pieces_for(session: Session, evidence_ids: Iterable[str], *, actor: Actor) -> Sequence[Evidence]:
    """Those of the pieces that the actor may put to something."""
    ids = set(evidence_ids)
    if not ids:
        return []
    mine = (
        select(Evidence)
        .where(Evidence.id.in_(ids), Evidence.organization_id == actor.organization_id, _within_sight(actor))
        # whoever removes what hangs nowhere waits, or has removed it before
        .with_for_update(read=True, key_share=True, of=Evidence)
    )
    return session.scalars(mine).all()


def same_pieces(session: Session, ids: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two lists of evidence hold the same contents, whatever ids they have."""
    first, second = set(ids), set(others)
    found = select(Evidence.id, Evidence.sha256).where(Evidence.id.in_(first ^ second))
    contents = dict(session.execute(found).all()) if first != second else {}
    return {contents.get(id_, id_) for id_ in first} == {contents.get(id_, id_) for id_ in second}


def seen_evidence(session: Session, evidence_id: str, *, actor: Actor) -> Evidence:
    """The piece, when the actor sees what it is attached to; its organization sees it until it is attached.

    NotFound otherwise.
    """
    query = select(Evidence).where(Evidence.id == evidence_id, _within_sight(actor))
    return existing(session.scalar(query) if has_to_do_with_findings(actor) else None)


def _within_sight(actor: Actor) -> ColumnElement[bool]:
    """Through a finding, sheet or campaign's action that the actor sees, or one's own and put to nothing yet.

    A sealed scan is read where its document is, by whoever sees that.
    """
    ways = (
        (Attachment.evidence_id, Attachment.finding_id == Finding.id, findings_seen(actor)),
        (AnswerEvidence.evidence_id, AnswerEvidence.inspection_id == Inspection.id, inspections_seen(actor)),
        (CampaignEvidence.evidence_id, CampaignEvidence.action_id == CampaignAction.id, campaigns_seen(actor)),
    )
    visible = [exists().where(piece == Evidence.id, joined, of_actor) for piece, joined, of_actor in ways]
    return or_(*visible, and_(Evidence.organization_id == actor.organization_id, hangs_nowhere()))


def hangs_nowhere() -> ColumnElement[bool]:
    """Evidence that is put to nothing."""
    return and_(*(~exists().where(place == Evidence.id) for place in PLACES))


def has_to_do_with_findings(actor: Actor) -> bool:
    """Whether evidence is any business of theirs: bureau and committee get the brief, the administrator settings."""
    return sees_acts(actor) and sees_figures(actor)


def damaged(session: Session, store: EvidenceStore) -> Iterator[Evidence]:
    """Evidence whose file is gone or is not what was handed in; reads every file."""
    for evidence in session.scalars(select(Evidence).order_by(Evidence.uploaded_at, Evidence.id)):
        try:
            store.open(evidence.sha256).close()
        except Unavailable:
            yield evidence
