"""Whether any organization will soon have no room for evidence."""

from sqlalchemy.orm import Session

from service.doctor.check import Check, ok, warning
from service.evidence.quotas import MEGABYTE, nearly_full
from service.settings import EvidenceQuota


def check_room(session: Session, quota: EvidenceQuota) -> Check:
    """Who has used four fifths of the quota; names the pieces and megabytes of each."""
    full = [f"{used.name}（{used.pieces}，{used.size // MEGABYTE} MB）" for used in nearly_full(session, quota)]
    if not full:
        return ok("evidence_room")
    return warning("evidence_room", which=full, pieces=quota.pieces, megabytes=quota.megabytes)
