"""The findings that answers open: one for each inspection and item, worded from the item where nothing else is said."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.log import NewFinding, settle
from service.inspections.findings import log_on_inspection
from service.models import ChecklistItem, Finding, Inspection
from workflows.findings.facts import Actor
from workflows.vocabulary import Severity

LONGEST_SUMMARY = 500  # characters that the column holds


@dataclass(frozen=True, slots=True)
class FindingWords:
    """How a finding is worded; what is not said comes from the item, the answer's note, or is general."""

    summary: str | None = None
    severity: Severity | None = None
    details: str | None = None
    location: str | None = None

    def agrees_with(self, finding: Finding) -> bool:
        """Whether the finding already says all that is said here."""
        words = {field.name: getattr(self, field.name) for field in fields(self)}
        return all(value is None or value == getattr(finding, name) for name, value in words.items())


def standing_findings(session: Session, inspection: Inspection, item_ids: Sequence[str]) -> dict[str, Finding]:
    """The finding that stands for each of the items on this inspection, by the item's id; void ones do not stand."""
    query = select(Finding).where(
        Finding.inspection_id == inspection.id, Finding.checklist_item_id.in_(item_ids), Finding.voided_at.is_(None)
    )
    newest_first = query.order_by(Finding.created_at.desc(), Finding.number.desc())
    found = session.scalars(newest_first.execution_options(populate_existing=True))
    return {finding.checklist_item_id: finding for finding in found if finding.checklist_item_id}


def finding_of_item(
    inspection: Inspection, item: ChecklistItem, found: FindingWords, *, note: str | None
) -> NewFinding:
    """The finding of an item that is not in place, as it would be logged."""
    return NewFinding(
        organization_id=inspection.organization_id,
        summary=found.summary or _summary(item),
        severity=found.severity or Severity.GENERAL,
        details=found.details or note,
        location=found.location,
        checklist_item_id=item.id,
        inspection_id=inspection.id,
    )


def logged_or_settled(
    session: Session, standing: Finding | None, new: NewFinding, *, actor: Actor, now: datetime
) -> Finding:
    """The finding that stands, or the new one, logged; settled when it was put right on the spot."""
    if standing is None:
        return log_on_inspection(session, new, actor=actor, now=now)
    return settle(session, standing.id, new.settled, actor=actor, now=now) if new.settled else standing


def _summary(item: ChecklistItem) -> str:
    summary = f"未落实：{item.requirement_zh.rstrip('。')}"
    return summary if len(summary) <= LONGEST_SUMMARY else f"{summary[: LONGEST_SUMMARY - 1]}…"
