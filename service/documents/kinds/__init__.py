"""What each kind of paper says: gathered from the books once, and frozen."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from service.documents.kinds.campaigns import campaign_summary
from service.documents.kinds.findings import close_out_slip, leadership_report, upward_report
from service.documents.kinds.gathered import Desk, Gathered
from service.documents.kinds.inspections import inspection_feedback
from service.documents.kinds.notices import rectification_notice
from service.documents.kinds.reports import weekly_report
from workflows.vocabulary import DocumentKind

Gathering = Callable[[Desk, str], Gathered]

GATHERINGS: Mapping[DocumentKind, Gathering] = MappingProxyType(
    {
        DocumentKind.RECTIFICATION_NOTICE: rectification_notice,
        DocumentKind.INSPECTION_FEEDBACK: inspection_feedback,
        DocumentKind.LEADERSHIP_REPORT: leadership_report,
        DocumentKind.UPWARD_REPORT: upward_report,
        DocumentKind.WEEKLY_REPORT: weekly_report,
        DocumentKind.CAMPAIGN_SUMMARY: campaign_summary,
        DocumentKind.CLOSE_OUT_SLIP: close_out_slip,
    }
)


def gather(session: Session, kind: DocumentKind, subject_id: str, *, now: datetime) -> Gathered:
    """What the paper of that kind about the subject says; `now` dates what has no date of its own.

    Raises `Conflict` when there is nothing to put on paper yet: a sheet that is open, a finding that is not closed.
    """
    return GATHERINGS[kind](Desk.of(session, now), subject_id)
