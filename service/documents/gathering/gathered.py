"""What papers are gathered with and into: the desk, the result, and phrases that several papers share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Attachment, Finding, Organization, Round
from service.rulebooks import calendar_in_force
from service.wording import moment, today, word
from workflows.vocabulary import OrganizationKind, Origin

PICTURES = ("image/jpeg", "image/png")
MOST_PICTURES = 24
NONE_YET = "——"


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a paper says, and whose it is."""

    title: str
    data: Mapping[str, Any]
    number: str | None = None
    round_id: str | None = None
    organization_id: str | None = None
    district_id: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a paper is written: the books, the moment and the zone of the office."""

    session: Session
    now: datetime
    zone: tzinfo

    @classmethod
    def of(cls, session: Session, now: datetime) -> "Desk":
        return cls(session, now, calendar_in_force(session).zone)

    def moment(self, at: datetime | None) -> str:
        """«2021年4月30日17:00»."""
        return moment(at, "zh", self.zone) if at else NONE_YET

    def day(self, at: datetime) -> str:
        """«2021年4月30日»."""
        return today(at, "zh", self.zone)

    def office(self, origin: Origin, district_id: str) -> str:
        """The office that writes: the district's for what it found itself, else the centre."""
        if origin is Origin.DISTRICT:
            return self.session.get_one(Organization, district_id).name
        return self.centre()

    def centre(self) -> str:
        """The centre's name."""
        query = select(Organization.name).where(Organization.kind == OrganizationKind.CENTRE).limit(1)
        return self.session.scalar(query) or ""


def round_of(row: Round) -> dict[str, str]:
    """The round as papers name it."""
    return {"number": row.number, "title": row.title}


def day_of(day: date) -> str:
    """A calendar's day: «2021年4月30日»."""
    return f"{day.year}年{day.month}月{day.day}日"


def finding_of(desk: Desk, finding: Finding) -> dict[str, Any]:
    """A finding as papers tell of it."""
    place = f"（{finding.location}）" if finding.location else ""
    item = finding.checklist_item
    deadline = desk.moment(finding.deadline)
    if finding.deadline is None and finding.working_days:
        deadline = f"签收后{finding.working_days}个工作日内"
    return {
        "number": finding.number,
        "problem": "".join(filter(None, (finding.summary, place, f"。{finding.details}" if finding.details else ""))),
        "requirement": finding.requirement or "",
        "severity": word(finding.severity, "zh"),
        "state": word(finding.state, "zh"),
        "item": f"{item.number} {item.category}" if item else NONE_YET,
        "deadline": deadline,
    }


def pictures_of(session: Session, findings: Sequence[Finding]) -> list[dict[str, str]]:
    """The photographs that came with the logging of findings, by number."""
    numbers = {finding.id: finding.number for finding in findings}
    query = select(Attachment).where(Attachment.finding_id.in_(numbers), Attachment.subject_id == Attachment.finding_id)
    rows = [row for row in session.scalars(query) if row.evidence.media_type in PICTURES]
    ordered = sorted(rows, key=lambda row: (numbers[row.finding_id], row.evidence.uploaded_at, row.evidence_id))
    return [
        {"sha256": row.evidence.sha256, "caption": f"{numbers[row.finding_id]}号问题：{row.evidence.filename}"}
        for row in ordered[:MOST_PICTURES]
    ]
