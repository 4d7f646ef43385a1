"""How much evidence an organization may have, and a person hand in within a day; who is near the end of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.models import Evidence, Organization
from service.settings import EvidenceQuota
from service.store.db import only_reads
from workflows.findings.facts import Actor

MEGABYTE = 1024 * 1024
A_DAY = timedelta(days=1)
NEARLY = 0.8  # of a quota


class Used(NamedTuple):
    """What an organization has of evidence."""

    name: str
    pieces: int
    size: int  # bytes


def require_room(session: Session, quota: EvidenceQuota, *, actor: Actor, now: datetime, size: int = 0) -> None:
    """Raise Conflict when one more piece of so many bytes is too much for the organization, or for the person's day.

    Uploads of one organization come one after another, so that none passes beside another.
    """
    if not only_reads(session):
        of_actor = select(Organization.id).where(Organization.id == actor.organization_id)
        session.execute(of_actor.with_for_update(key_share=True))
    used = select(func.count(), func.coalesce(func.sum(Evidence.size), 0))
    pieces, bytes_ = session.execute(used.where(Evidence.organization_id == actor.organization_id)).one()
    if pieces >= quota.pieces or bytes_ + size > quota.megabytes * MEGABYTE:
        raise Conflict("evidence_quota_reached", megabytes=quota.megabytes, pieces=quota.pieces)
    today = select(func.count()).where(Evidence.uploaded_by_id == actor.id, Evidence.uploaded_at > now - A_DAY)
    if (session.scalar(today) or 0) >= quota.pieces_per_day:
        raise Conflict("evidence_of_day_reached", pieces=quota.pieces_per_day)


def nearly_full(session: Session, quota: EvidenceQuota) -> Sequence[Used]:
    """The organizations that have used four fifths of their quota or more, the fullest first."""
    pieces, size = func.count(), func.sum(Evidence.size)
    query = (
        select(Organization.name, pieces, size)
        .join(Organization, Organization.id == Evidence.organization_id)
        .group_by(Organization.id, Organization.name)
        .having((pieces >= NEARLY * quota.pieces) | (size >= NEARLY * quota.megabytes * MEGABYTE))
        .order_by(size.desc(), Organization.name)
    )
    return [Used(name, number, int(bytes_)) for name, number, bytes_ in session.execute(query)]
