"""Evidence as people hand it in."""

import io
from datetime import datetime

from sqlalchemy.orm import Session

from service.evidence.uploads import hand_in, keep_file
from service.files.store import FolderStore
from service.models import Evidence
from service.settings import EvidenceQuota
from tests.worlds.books import FOUND_AT
from workflows.findings.facts import Actor

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF"


def handed_in(
    session: Session,
    store: FolderStore,
    actor: Actor,
    content: bytes = JPEG,
    filename: str = "整改照片.jpg",
    *,
    now: datetime = FOUND_AT,
    quota: EvidenceQuota | None = None,
) -> Evidence:
    """A piece of the actor's organization; what was written before is committed, since no file is kept meanwhile."""
    session.commit()
    kept = keep_file(store, io.BytesIO(content), filename)
    return hand_in(session, kept, actor=actor, now=now, quota=quota or EvidenceQuota())
