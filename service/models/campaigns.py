"""The five special campaigns (五个专项行动): what a district has done."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import AnyId, Base, EvidenceId, Id, OrganizationId, PersonId, RoundId
from service.models.organizations import Organization, Person
from service.models.rectifications import Evidence
from service.models.rounds import Round
from workflows.vocabulary import CampaignCode


class CampaignAction(Base):
    """One action of a campaign in one district (notice, part 2)."""

    __tablename__ = "campaign_actions"
    __table_args__ = (
        UniqueConstraint("recorded_by_id", "client_id"),
        Index("ix_campaign_actions_district", "district_id", "acted_on", "id"),
        Index("ix_campaign_actions_round", "round_id", "campaign", "acted_on"),
    )

    id: Mapped[Id]
    round_id: Mapped[RoundId]
    district_id: Mapped[OrganizationId]
    campaign: Mapped[CampaignCode]
    acted_on: Mapped[date]
    lead_department: Mapped[str] = mapped_column(String(120))
    departments: Mapped[list[str]] = mapped_column(default=list)  # also involved
    places: Mapped[list[str]] = mapped_column(default=list)
    summary: Mapped[str]
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # {name, value, unit}: in figures
    client_id: Mapped[str | None] = mapped_column(String(100))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[PersonId]
    withdrawn_at: Mapped[datetime | None]  # recorded by mistake: kept, not counted
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship()
    district: Mapped[Organization] = relationship()
    recorded_by: Mapped[Person] = relationship()


class CampaignEvidence(Base):
    """Evidence put to a campaign's action."""

    __tablename__ = "campaign_evidence"

    action_id: Mapped[AnyId] = mapped_column(ForeignKey("campaign_actions.id"), primary_key=True)
    evidence_id: Mapped[EvidenceId] = mapped_column(primary_key=True, index=True)

    evidence: Mapped[Evidence] = relationship(lazy="joined", innerjoin=True)
