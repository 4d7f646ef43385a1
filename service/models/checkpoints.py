"""Checkpoints over the two append-only books, events and the journal, and the signed notes about both."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from service.models.columns import Base, SerialKey


class Covering(Base):
    """A hash over all that came since the one before; makes a cut tail visible."""

    __abstract__ = True

    serial: Mapped[SerialKey]
    at: Mapped[datetime]
    transaction_id: Mapped[int] = mapped_column(BigInteger)  # of the last entry covered
    event_serial: Mapped[int] = mapped_column(BigInteger)  # of the last entry covered
    events: Mapped[int]  # how many it covers
    hash: Mapped[str] = mapped_column(String(64))  # over the previous checkpoint's and all covered entries' hashes


class Checkpoint(Covering):
    """Over the events of findings."""

    __tablename__ = "checkpoints"


class JournalCheckpoint(Covering):
    """Over the journal."""

    __tablename__ = "journal_checkpoints"


class SignedCheckpoint(Base):
    """A note of what the newest checkpoints of both books said, signed with a key outside the database."""

    __tablename__ = "signed_checkpoints"

    serial: Mapped[SerialKey]
    at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]  # all of the note, as it is exported
