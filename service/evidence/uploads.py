"""Handing evidence in, in two steps: the file is kept while nobody waits, its row is written in a moment."""

import os
from datetime import datetime
from typing import BinaryIO, NamedTuple

from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.evidence.evidence import has_to_do_with_findings
from service.evidence.quotas import require_room
from service.files.dots import has_too_many_dots
from service.files.filenames import clean_filename
from service.files.media_types import Recognized, most_dots, recognized
from service.files.store import EvidenceStore, StoredFile
from service.models import Evidence
from service.settings import EvidenceQuota
from workflows.findings.facts import Actor

LARGEST = 20 * 1024 * 1024  # bytes: a phone's photograph has 3 to 8 MB, a scanned document of fifty pages under 20


class KeptFile(NamedTuple):
    """A file in the store that no row refers to yet."""

    stored: StoredFile
    kind: Recognized


def may_hand_in(session: Session, *, actor: Actor, now: datetime, quota: EvidenceQuota) -> None:
    """Raise NotAllowed or Conflict for whoever could hand nothing in, before a file of theirs takes room."""
    if not has_to_do_with_findings(actor):
        raise NotAllowed("not_allowed")
    require_room(session, quota, actor=actor, now=now)


def keep_file(store: EvidenceStore, stream: BinaryIO, filename: str) -> KeptFile:
    """Look at a file and put it into the store; the stream must be seekable, and no transaction open for writing.

    The media type follows from name and content, what the sender says it is does not count; a photograph gets the
    ending that it ought to have. InvalidInput on `file` when it is empty, too large, of another kind or a photograph of
    too many dots.
    """
    name = clean_filename(filename)
    size = stream.seek(0, os.SEEK_END)
    if size == 0:
        raise InvalidInput({"file": "evidence_empty"})
    if size > LARGEST:
        raise InvalidInput({"file": "evidence_too_large"}, megabytes=LARGEST // 1024**2)
    kind = recognized(name, stream)
    if kind is None:
        raise InvalidInput({"file": "evidence_type"})
    if has_too_many_dots(kind.media_type, stream):
        raise InvalidInput({"file": "evidence_too_many_dots"}, megapixels=most_dots(kind.media_type) // 1_000_000)
    return KeptFile(store.put(stream), kind)


def hand_in(session: Session, file: KeptFile, *, actor: Actor, now: datetime, quota: EvidenceQuota) -> Evidence:
    """Write that a file is of the actor's organization, to be put to something by a later act.

    The file was kept first: a crash between the two leaves a file that no row refers to, which `sweep_orphans` removes,
    and never a row without its file. Raises as `may_hand_in` does.
    """
    if not has_to_do_with_findings(actor):
        raise NotAllowed("not_allowed")
    require_room(session, quota, actor=actor, now=now, size=file.stored.size)
    evidence = Evidence(
        sha256=file.stored.sha256,
        media_type=file.kind.media_type,
        size=file.stored.size,
        filename=file.kind.filename,
        uploaded_at=now,
        uploaded_by_id=actor.id,
        organization_id=actor.organization_id,
    )
    session.add(evidence)
    session.flush()
    return evidence
