"""That a backup was made is on record: who asks when the last one was finds it there."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.hold.hold import hold_sending
from service.models import JournalEntry
from service.records.journal import NewEntry, record_entries
from workflows.findings.facts import OPERATOR
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role

if TYPE_CHECKING:
    from service.backup.making import Backup

BACKUPS = str(uuid5(NAMESPACE_URL, "urn:duban:backups"))  # the subject


class LastBackup(NamedTuple):
    """When the last backup was made, and the name that its file had."""

    at: datetime
    file: str


def record_backup(session: Session, backup: "Backup", *, now: datetime) -> None:
    """Record that it was made and found whole."""
    hold_sending(session, OPERATOR)  # two that end at once come one after the other
    entry = NewEntry(
        subject_kind=SubjectKind.INSTALLATION,
        subject_id=BACKUPS,
        act=JournalAct.BACK_UP,
        actor=OPERATOR.in_post(Role.ADMIN),
        data={
            "file": backup.path.name,
            "made_at": backup.head.made_at,
            "bytes": backup.size,
            "encrypted": backup.head.lock is not None,
            "lost": len(backup.lost),
        },
    )
    record_entries(session, [entry], now=now)


def last_backup(session: Session) -> LastBackup | None:
    """The last one on record: one probe of an index."""
    made = select(JournalEntry.data).where(JournalEntry.subject_id == BACKUPS)
    data = session.scalars(made.order_by(JournalEntry.position.desc()).limit(1)).first()
    return LastBackup(datetime.fromisoformat(data["made_at"]), data["file"]) if data else None
