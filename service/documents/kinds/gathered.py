"""What papers are gathered with and into: the desk, the result, and phrases that several papers share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Attachment, Finding, Organization, Round
from service.rounds.rulebooks import calendar_in_force
from service.wording import moment, today, word
from workflows.campaigns import Result
from workflows.vocabulary import OrganizationKind, Origin

MOST_PICTURES = 24
NONE_YET = "——"
_ENDS = "。！？；…：.!?;"


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

    def blank_number(self, at: datetime) -> str:
        """Room for the number that the office's own register gives: «〔2021〕　　号»."""
        return f"〔{at.astimezone(self.zone).year}〕　　号"

    def office(self, origin: Origin, district_id: str) -> Organization:
        """The office that writes: the district's for what it found itself, else the centre."""
        return self.session.get_one(Organization, district_id) if origin is Origin.DISTRICT else self.centre()

    def centre(self) -> Organization:
        """The centre."""
        return self.session.scalars(select(Organization).where(Organization.kind == OrganizationKind.CENTRE)).one()


def issued_by(office: Organization) -> dict[str, str]:
    """In whose name a paper goes out; whoever belongs there may put the sealed scan beside it."""
    return {"office": office.name, "issuer_id": office.id}


def said(text: str) -> str:
    """A text as a sentence: with a full stop, unless it ends in some such sign."""
    text = text.strip()
    return text if not text or text[-1] in _ENDS else f"{text}。"


def amounts(results: Iterable[Result]) -> str:
    """«检查商户35家，收缴器材12件», every figure written out."""
    return "，".join(f"{one.name}{Decimal(str(one.value)):f}{one.unit or ''}" for one in results)


def round_of(row: Round) -> dict[str, str]:
    """The round as papers name it."""
    return {"number": row.number, "title": row.title}


def day_of(day: date) -> str:
    """A calendar's day: «2021年4月30日»."""
    return f"{day.year}年{day.month}月{day.day}日"


def finding_of(desk: Desk, finding: Finding) -> dict[str, Any]:
    """A finding as papers tell of it, as it stands."""
    place = f"（{finding.location}）" if finding.location else ""
    item = finding.checklist_item
    settled = finding.verified_at is not None
    return {
        "number": finding.number,
        "problem": said(f"{finding.summary}{place}") + said(finding.details or ""),
        "severity": word(finding.severity, "zh"),
        "state": word(finding.state, "zh"),
        "item": f"{item.number} {item.category}" if item else NONE_YET,
        **demand_of(desk, finding.requirement, finding.deadline, finding.working_days, settled=settled),
    }


def demand_of(
    desk: Desk, requirement: str | None, deadline: datetime | None, working_days: int | None, *, settled: bool = False
) -> dict[str, str]:
    """What has to be done, and by when."""
    by = desk.moment(deadline)
    if deadline is None and working_days:
        by = f"签收后{working_days}个工作日内"
    elif deadline is None and settled:
        by = "已立行立改"
    return {"requirement": said(requirement or "") or NONE_YET, "deadline": by}


def pictures_of(session: Session, findings: Sequence[Finding]) -> list[dict[str, str | None]]:
    """The photographs that came with the logging of findings, by number; beyond the most, how many more there are."""
    numbers = {finding.id: finding.number for finding in findings}
    query = select(Attachment).where(Attachment.finding_id.in_(numbers), Attachment.subject_id == Attachment.finding_id)
    rows = [row for row in session.scalars(query) if row.evidence.media_type.startswith("image/")]
    ordered = sorted(rows, key=lambda row: (numbers[row.finding_id], row.evidence.uploaded_at, row.evidence_id))
    pictures: list[dict[str, str | None]] = [
        {"sha256": row.evidence.sha256, "caption": f"{numbers[row.finding_id]}号问题：{row.evidence.filename}"}
        for row in ordered[:MOST_PICTURES]
    ]
    if len(ordered) > MOST_PICTURES:
        pictures.append({"sha256": None, "caption": f"另有{len(ordered) - MOST_PICTURES}张照片，见佐证材料"})
    return pictures
