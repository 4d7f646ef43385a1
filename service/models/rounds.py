"""Rounds, teams, the division of labour (annex 3) and what a round goes by."""

from datetime import UTC, date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import Base, Id, OrganizationId, PersonId, RoundId, TeamId
from service.models.organizations import Organization, Person

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # an instant that has always come


class Rulebook(Base):
    """A policy or calendar as it was read; findings keep the version they were logged under."""

    __tablename__ = "rulebooks"

    version: Mapped[str] = mapped_column(String(120), primary_key=True)  # name and hash of the text
    kind: Mapped[str] = mapped_column(String(16))  # policy or calendar
    text: Mapped[str]
    recorded_at: Mapped[datetime]


class Round(Base):
    """督查轮次: one notice in force, with its period and exam days."""

    __tablename__ = "rounds"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(40), unique=True)  # the notice's number, such as 2021-35
    title: Mapped[str] = mapped_column(String(300))
    document_number: Mapped[str | None] = mapped_column(String(80))  # the whole 文号, such as 明招考〔2027〕8号
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    exam_days: Mapped[list[str]] = mapped_column(default=list)  # ISO dates, set by the administrator
    exam_set_at: Mapped[datetime | None]  # when they last changed; none: they are as the round was opened
    # whether only the units take part that `RoundUnit` names; else all of the assigned districts but those it excepts
    units_listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    policy_version: Mapped[str] = mapped_column(ForeignKey("rulebooks.version"))  # for findings logged from now on
    closed_at: Mapped[datetime | None]  # its clocks are silent from then on
    # items that fall due from then on are asked for: the sweep moves it to when the next of them does; none: none does
    next_action_at: Mapped[datetime | None] = mapped_column(index=True)
    replan_at: Mapped[
        datetime | None
    ]  # from then on its weekly reports are laid out anew; none: they are as they should be

    @property
    def exam_on(self) -> date | None:
        """The first exam day."""
        return date.fromisoformat(min(self.exam_days)) if self.exam_days else None

    @property
    def last_day(self) -> date:
        """The last day of its period, or of the exam where that comes later."""
        return max([self.ends_on, *map(date.fromisoformat, self.exam_days)])


class RoundUnit(Base):
    """A university or district office that takes part in a round, or is excepted from it."""

    __tablename__ = "round_units"

    round_id: Mapped[RoundId] = mapped_column(primary_key=True)
    organization_id: Mapped[OrganizationId] = mapped_column(primary_key=True, index=True)
    takes_part: Mapped[bool]


class Team(Base):
    """督查组 of one round."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("round_id", "name"),)

    id: Mapped[Id]
    round_id: Mapped[RoundId] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(80))

    members: Mapped[list[Person]] = relationship(secondary="team_members", order_by=Person.name)


class TeamMember(Base):
    """Who belongs to a team; its head is known by role."""

    __tablename__ = "team_members"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(primary_key=True, index=True)


class Assignment(Base):
    """包干分工: in a round, each district has exactly one team, and one responsible leader or none yet."""

    __tablename__ = "assignments"

    round_id: Mapped[RoundId] = mapped_column(primary_key=True)
    district_id: Mapped[OrganizationId] = mapped_column(primary_key=True)
    team_id: Mapped[TeamId] = mapped_column(index=True)
    leader_id: Mapped[PersonId | None] = mapped_column(index=True)

    team: Mapped[Team] = relationship()
    leader: Mapped[Person | None] = relationship()
    district: Mapped[Organization] = relationship()
