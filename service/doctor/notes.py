"""Whether checkpoints are signed and exported, and the database is not older than what it exported."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.audit.notes.folder import last_note
from service.audit.notes.keys import BadKey, read_key
from service.audit.notes.note import Note
from service.audit.notes.signing import Behind, notes_after, require_known, unsigned_since
from service.doctor.check import Check, fault, minutes, ok, warning

LATE_AFTER = timedelta(minutes=5)


class NotePlaces(NamedTuple):
    """Where the signing key lies, and where notes are exported to."""

    key: Path
    folder: Path


def check_notes(session: Session, places: NotePlaces, *, now: datetime) -> Iterator[Check]:
    """Signing, export, and whether the database knows the last note that was exported."""
    yield _signing(session, places.key, now)
    try:
        last = last_note(places.folder)
    except OSError as error:
        yield fault("export", folder=str(places.folder), error=str(error.strerror))
        return
    behind = _behind(session, last)
    if behind:
        at = f"{behind.at:%Y-%m-%d %H:%M:%S} UTC"
        yield fault("rollback", note=behind.number, at=at, folder=str(places.folder))
        return
    yield ok("rollback")
    yield _export(session, places.folder, last, now)


def _signing(session: Session, key: Path, now: datetime) -> Check:
    try:
        if key.exists():
            read_key(key)
    except OSError as error:
        return fault("signing", signing_key=str(key), error=str(error.strerror))
    except BadKey:
        return fault("signing", signing_key=str(key), error="PKCS 8, Ed25519?")
    since = unsigned_since(session)
    late = since is not None and now - since > LATE_AFTER
    return warning("signing", age=minutes(since, now), signing_key=str(key)) if since and late else ok("signing")


def _behind(session: Session, last: Note | None) -> Note | None:
    try:
        if last:
            require_known(session, last)
    except Behind as behind:
        return behind.note
    return None


def _export(session: Session, folder: Path, last: Note | None, now: datetime) -> Check:
    waiting = next(notes_after(session, last.number if last else 0), None)
    if waiting and now - waiting.at > LATE_AFTER:
        return warning("export", age=minutes(waiting.at, now), folder=str(folder))
    return ok("export")
