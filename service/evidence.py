"""佐证材料: uploaded by an organization, attached by it to findings, answers and campaigns, seen with those."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed, Unavailable, existing
from service.files.filenames import clean_filename
from service.files.media_types import media_type_of
from service.files.store import EvidenceStore, sha256_of
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
from service.scope import campaigns_seen, findings_seen, inspections_seen, sees_acts
from workflows.findings.facts import Actor
from workflows.vocabulary import Role

LARGEST = 20 * 1024 * 1024  # bytes: a phone's photograph has 3 to 8 MB, a scanned document of fifty pages under 20
ORPHANED_AFTER = timedelta(days=1)  # far longer than any request, and than clocks of hosts differ
BATCH = 500


def upload(
    session: Session, store: EvidenceStore, *, actor: Actor, now: datetime, stream: BinaryIO, filename: str
) -> Evidence:
    """Store a file of the actor's organization, to be attached by a later act; the stream must be seekable.

    The file is stored first and the row second: a crash between them leaves a file that no row refers to, which
    `sweep_orphans` removes, and never a row without its file. The media type follows from name and content;
    what the sender says it is does not count. InvalidInput on `file` when it is empty, too large or of another kind.
    """
    if not _has_to_do_with_findings(actor):
        raise NotAllowed("not_allowed")
    name = clean_filename(filename)
    size = stream.seek(0, os.SEEK_END)
    if size == 0:
        raise InvalidInput({"file": "evidence_empty"})
    if size > LARGEST:
        raise InvalidInput({"file": "evidence_too_large"}, megabytes=LARGEST // 1024**2)
    media_type = media_type_of(name, stream)
    if media_type is None:
        raise InvalidInput({"file": "evidence_type"})
    stored = store.put(stream)
    evidence = Evidence(
        sha256=stored.sha256,
        media_type=media_type,
        size=stored.size,
        filename=name,
        uploaded_at=now,
        uploaded_by_id=actor.id,
        organization_id=actor.organization_id,
    )
    session.add(evidence)
    session.flush()
    return evidence


def attach(
    session: Session, *, actor: Actor, finding_id: str, subject_id: str, evidence_ids: Sequence[str]
) -> Sequence[Evidence]:
    """Put evidence to a finding, by its own logging or by one of its submissions or reviews (`subject_id`).

    InvalidInput on `evidence_ids` when a piece does not exist, is not of the actor's organization, or hangs only
    where the actor does not see it: one team does not reach into another's.
    """
    found = attachable(session, evidence_ids, actor=actor)
    session.add_all(Attachment(evidence_id=one.id, finding_id=finding_id, subject_id=subject_id) for one in found)
    return found


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
    mine = select(Evidence).where(
        Evidence.id.in_(ids), Evidence.organization_id == actor.organization_id, _within_sight(actor)
    )
    return session.scalars(mine).all() if ids else []


def seen_evidence(session: Session, evidence_id: str, *, actor: Actor) -> Evidence:
    """The piece, when the actor sees what it is attached to; its organization sees it until it is attached.

    NotFound otherwise.
    """
    query = select(Evidence).where(Evidence.id == evidence_id, _within_sight(actor))
    return existing(session.scalar(query) if _has_to_do_with_findings(actor) else None)


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
    loose = [~exists().where(piece == Evidence.id) for piece in (*(piece for piece, _, _ in ways), Document.scan_id)]
    return or_(*visible, and_(Evidence.organization_id == actor.organization_id, *loose))


def sweep_orphans(session: Session, store: EvidenceStore, *, now: datetime) -> int:
    """Remove files that no row refers to, and unfinished ones, that were put a day ago or longer; return how many."""
    put_before = now - ORPHANED_AFTER
    old = (sha256 for sha256, put_at in store.files() if put_at < put_before)
    removed = store.discard_unfinished(put_before=put_before)
    while batch := set(islice(old, BATCH)):
        referred = set(session.scalars(select(Evidence.sha256).where(Evidence.sha256.in_(batch))))
        removed += sum(store.remove(sha256, put_before=put_before) for sha256 in batch - referred)
    return removed


def damaged(session: Session, store: EvidenceStore) -> Iterator[Evidence]:
    """Evidence whose file is gone or is not what was handed in; reads every file."""
    for evidence in session.scalars(select(Evidence).order_by(Evidence.uploaded_at, Evidence.id)):
        try:
            with store.open(evidence.sha256) as content:
                intact = sha256_of(content) == evidence.sha256
        except Unavailable:
            intact = False
        if not intact:
            yield evidence


def _has_to_do_with_findings(actor: Actor) -> bool:
    """Bureau and committee get the brief, the administrator settings."""
    return sees_acts(actor) and actor.role is not Role.ADMIN
