"""The tables of the peers over HTTP, as an ORM sees them."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy import Column as Plain
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Moment(TypeDecorator[datetime]):
    """An instant in UTC, also on SQLite, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The root of the peer's models."""

    type_annotation_map = {datetime: Moment(), dict[str, Any]: JSON()}  # noqa: RUF012 - as SQLAlchemy reads it


def key() -> Mapped[str]:
    """A primary key: a random UUID."""
    return mapped_column(Uuid(as_uuid=False), primary_key=True, default=lambda: str(uuid.uuid4()))


def to(column: str, *, maybe: bool = False, indexed: bool = False) -> Any:
    """A foreign key."""
    return mapped_column(Uuid(as_uuid=False), ForeignKey(column), nullable=maybe, index=indexed)


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[str] = key()
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[str | None] = to("organizations.id", maybe=True, indexed=True)


class Person(Base):
    __tablename__ = "people"
    id: Mapped[str] = key()
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(32))
    organization_id: Mapped[str] = to("organizations.id", indexed=True)
    disabled_at: Mapped[datetime | None]


class Token(Base):
    __tablename__ = "tokens"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = to("people.id")
    expires_at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class Round(Base):
    __tablename__ = "rounds"
    id: Mapped[str] = key()
    number: Mapped[str] = mapped_column(String(40), unique=True)
    ends_on: Mapped[date]
    logged: Mapped[int] = mapped_column(default=0)  # the last running number


team_members = Table(
    "team_members",
    Base.metadata,
    Plain("team_id", ForeignKey("teams.id"), primary_key=True),
    Plain("person_id", ForeignKey("people.id"), primary_key=True, index=True),
)


class Team(Base):
    __tablename__ = "teams"
    id: Mapped[str] = key()
    name: Mapped[str] = mapped_column(String(80))
    members: Mapped[list[Person]] = relationship(secondary=team_members)


class Assignment(Base):
    __tablename__ = "assignments"
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    district_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    team_id: Mapped[str] = to("teams.id")
    leader_id: Mapped[str] = to("people.id")
    team: Mapped[Team] = relationship()
    leader: Mapped[Person] = relationship()
    round: Mapped[Round] = relationship()


class ChecklistItem(Base):
    __tablename__ = "checklist_items"
    id: Mapped[str] = key()
    number: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(200))


class Evidence(Base):
    __tablename__ = "evidence"
    id: Mapped[str] = key()
    finding_id: Mapped[str] = to("findings.id", indexed=True)
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    filename: Mapped[str] = mapped_column(String(200))


class Finding(Base):
    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        Index("ix_findings_newest", "created_at", "id"),
        Index("ix_findings_of_district", "district_id", "created_at", "id"),
        Index("ix_findings_of_organization", "organization_id", "created_at", "id"),
        Index("ix_findings_reported", "reported_at", postgresql_where=text("reported_at IS NOT NULL")),
    )
    id: Mapped[str] = key()
    number: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[str] = to("rounds.id")
    organization_id: Mapped[str] = to("organizations.id")
    district_id: Mapped[str] = to("organizations.id")
    team_id: Mapped[str] = to("teams.id")
    responsible_leader_id: Mapped[str] = to("people.id")
    checklist_item_id: Mapped[str | None] = to("checklist_items.id", maybe=True)
    created_by_id: Mapped[str] = to("people.id")
    origin: Mapped[str] = mapped_column(String(32), default="centre")
    severity: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(32), default="found")
    policy_version: Mapped[str] = mapped_column(String(120), default="1")
    summary: Mapped[str] = mapped_column(String(500))
    details: Mapped[str | None]
    location: Mapped[str | None] = mapped_column(String(300))
    requirement: Mapped[str | None]
    escalation_level: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failures_in_all: Mapped[int] = mapped_column(default=0)
    highest_level: Mapped[int] = mapped_column(default=0)
    cycle: Mapped[int] = mapped_column(default=1)
    recurrences: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    receipt_deemed: Mapped[bool] = mapped_column(default=False)
    awaiting_review: Mapped[bool] = mapped_column(default=False)
    ever_overdue: Mapped[bool] = mapped_column(default=False)
    proposed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    found_at: Mapped[datetime]
    notified_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    original_deadline: Mapped[datetime | None]
    first_deadline: Mapped[datetime | None]
    at_risk_at: Mapped[datetime | None]
    next_action_at: Mapped[datetime | None] = mapped_column(index=True)
    overdue_at: Mapped[datetime | None]
    first_overdue_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    inspection_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    carried_from_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    round: Mapped[Round] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys="Finding.organization_id")
    district: Mapped[Organization] = relationship(foreign_keys="Finding.district_id")
    team: Mapped[Team] = relationship()
    responsible_leader: Mapped[Person] = relationship(foreign_keys="Finding.responsible_leader_id")
    checklist_item: Mapped[ChecklistItem | None] = relationship()
    created_by: Mapped[Person] = relationship(foreign_keys="Finding.created_by_id")
    evidence: Mapped[list[Evidence]] = relationship()


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("finding_id", "position"),)
    id: Mapped[str] = key()
    finding_id: Mapped[str] = to("findings.id")
    position: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[str] = to("people.id")
    move: Mapped[str] = mapped_column(String(32))
    to_state: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any]]
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Alert(Base):
    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_inbox", "person_id", "created_at", "id"),)
    id: Mapped[str] = key()
    key: Mapped[str] = mapped_column(String(200), unique=True)
    event_id: Mapped[str] = to("events.id")
    finding_id: Mapped[str] = to("findings.id")
    person_id: Mapped[str] = to("people.id")
    kind: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
