"""The notice's checklists (督查表, annexes 1 and 2) and their items (督查内容)."""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import Base, ChecklistId, Id, RoundId
from service.models.rounds import Round
from workflows.report_figures import Requirement
from workflows.vocabulary import OrganizationKind


class Checklist(Base):
    """督查表 of one round: annex 1 for universities, annex 2 for district offices."""

    __tablename__ = "checklists"
    __table_args__ = (UniqueConstraint("round_id", "annex"),)

    id: Mapped[Id]
    round_id: Mapped[RoundId]
    annex: Mapped[int]
    audience: Mapped[OrganizationKind]  # whom it is about: university or district
    title: Mapped[str] = mapped_column(String(200))

    round: Mapped[Round] = relationship()
    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.position")


class ChecklistItem(Base):
    """督查内容: one row of the table; what a sheet answers and a finding may refer to."""

    __tablename__ = "checklist_items"
    __table_args__ = (UniqueConstraint("checklist_id", "position"),)

    id: Mapped[Id]
    round_id: Mapped[RoundId] = mapped_column(index=True)
    checklist_id: Mapped[ChecklistId]
    position: Mapped[int]  # the row within the annex, from 1
    number: Mapped[str] = mapped_column(String(20))  # annex and row, such as 1-12
    category: Mapped[str] = mapped_column(String(80))  # the notice's own heading
    requirement_zh: Mapped[str]  # what must be true
    requirement_en: Mapped[str | None]
    question: Mapped[str | None]  # the notice's own words
    completion: Mapped[str] = mapped_column(String(40))  # its completion words without spaces, such as 4月中旬
    lead_units: Mapped[list[str]] = mapped_column(default=list)  # who answers for it within the unit
    supporting_units: Mapped[list[str]] = mapped_column(default=list)

    @property
    def requirement(self) -> Requirement:
        """What must be true, in both languages."""
        return Requirement(self.requirement_zh, self.requirement_en)
