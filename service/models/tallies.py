"""Findings counted ahead: what figures, overviews and the counts of a list are summed from.

Triggers of the database write these rows, in the transaction that changes a finding, whoever changes it: a finding
that comes to be what a row counts adds 1, one that no longer is takes 1 away. The sum is the count, of those findings
that were not withdrawn; `service/statistics/tallies.py` merges what has been written, and can count anew.
How weeks ended is the exception: a worker counts that from the events (`service/statistics/weeks.py`).
Rows name no other by a foreign key: they are nobody's, and follow their finding wherever it goes.
Whoever makes the table of findings anew (SQLite's way of altering one) makes its triggers anew.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from service.models.columns import AnyId, Base, SerialKey, one_of
from workflows.vocabulary import Origin, Severity, State


class Tally(Base):
    """What all tallies tell findings apart by: enough to say who sees them, but for universities."""

    __abstract__ = True
    KEYS: ClassVar[tuple[str, ...]] = (
        *("round_id", "district_id", "of_office", "reported"),
        *("state", "severity", "origin"),
    )

    serial: Mapped[SerialKey]
    round_id: Mapped[AnyId]
    district_id: Mapped[AnyId]
    of_office: Mapped[bool]  # about the district office itself
    reported: Mapped[bool]  # to bureau and committee, at any time
    state: Mapped[State] = mapped_column(one_of(State, checked=False))
    severity: Mapped[Severity] = mapped_column(one_of(Severity, checked=False))
    origin: Mapped[Origin] = mapped_column(one_of(Origin, checked=False))
    findings: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))  # to be added up


class FindingTally(Tally):
    """How many findings there are of a level and so on, under an item of the checklists."""

    __tablename__ = "finding_tallies"
    KEYS = (
        *Tally.KEYS,
        *("escalation_level", "proposed", "ever_overdue", "ever_escalated", "checklist_item_id"),
    )

    escalation_level: Mapped[int]
    proposed: Mapped[bool]
    ever_overdue: Mapped[bool]
    ever_escalated: Mapped[bool]
    checklist_item_id: Mapped[AnyId | None]


class UnitTally(Tally):
    """How many findings a unit has, and which of them speak against it."""

    __tablename__ = "unit_tallies"
    KEYS = (*Tally.KEYS, "organization_id", "ever_overdue", "came_back")

    organization_id: Mapped[AnyId]
    ever_overdue: Mapped[bool]
    came_back: Mapped[bool]  # after it had been put right


class WeekTally(Tally):
    """How many findings stood in a state when a week ended.

    It is not changed later, unless the district's office becomes part of another, whose name it then bears.
    """

    __tablename__ = "week_tallies"
    __table_args__ = (Index(None, "ends_at"),)
    KEYS = (*Tally.KEYS, "ends_at")

    ends_at: Mapped[datetime]


class DurationTally(Tally):
    """How many of those put right took so long from their notification, or else their logging, on."""

    __tablename__ = "duration_tallies"
    KEYS = (*Tally.KEYS, "tenths")

    tenths: Mapped[int]  # of a day, rounded
