"""An office that signs its checkpoints, and what a forger who knows the code does to its database, for tests."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from service.audit.checkpoints import BOOKS, checkpoint
from service.audit.faults import Fault
from service.audit.notes.against import note_faults
from service.audit.notes.folder import read_notes
from service.audit.notes.keys import PublicKey, read_key, trusted_keys
from service.audit.notes.signing import export, sign_newest
from service.audit.verify import verify
from service.models import Event, Finding
from service.store.db import connect, sessions
from service.store.hash_chain import canonical_text, chain_hash
from tests.build.event_rows import make_event
from tests.worlds.rows import NOW
from workflows.vocabulary import Move


@dataclass
class Office:
    """An installation on SQLite: its database, its key, and what it exported."""

    database: Path
    folder: Path
    key_file: Path

    def sessions(self) -> sessionmaker[Session]:
        return sessions(connect(f"sqlite:///{self.database}"))

    def one_more(self, number: int, at: datetime) -> None:
        with self.sessions().begin() as session:
            finding = session.scalars(select(Finding)).one()
            make_event(session, finding, Move.LOG, at=at, reason=f"第{number}个")
            make_event(session, finding, Move.NOTIFY, at=at)
        self.seal(at)

    def seal(self, at: datetime) -> None:
        with self.sessions().begin() as session:
            for book in BOOKS:
                checkpoint(session, now=at, book=book)
        with self.sessions().begin() as session:
            sign_newest(session, read_key(self.key_file), now=at)
        with self.sessions()() as session:
            export(session, self.folder)

    def faults(self, *keys: PublicKey) -> tuple[list[Fault], list[Fault]]:
        """What the database says of itself, and what the notes say of it."""
        with self.sessions()() as session:
            filed = list(read_notes(self.folder))
            return verify(session), list(note_faults(session, filed, keys or trusted_keys(self.key_file)))


def rehash(office: Office) -> None:
    """Make all chains fit what the rows say, as a forger who knows the code would."""
    with office.sessions().begin() as session:
        for finding in session.scalars(select(Finding)):
            previous, position = None, 0
            events = select(Event).where(Event.finding_id == finding.id).order_by(Event.position)
            for position, event in enumerate(session.scalars(events), 1):
                event.position, event.previous_hash = position, previous
                event.canonical = canonical_text({c.key: getattr(event, c.key) for c in Event.__table__.columns})
                previous = event.hash = chain_hash(previous, event.canonical)
            finding.chain_length, finding.chain_head = position, previous


def recompute_checkpoints(office: Office, at: datetime = NOW) -> None:
    """Checkpoints anew over whatever there is: the forger's own, at whatever time he likes."""
    with office.sessions().begin() as session:
        for book in BOOKS:
            session.execute(delete(book.checkpoints))
            checkpoint(session, now=at, book=book)
