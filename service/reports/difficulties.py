"""Problems and difficulties (问题和困难) that units raise in their weekly reports, for those above them.

Notice, part 4, paragraph 2: 及时汇总高校反应的问题和困难.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from service.models import ReportVersion, WeeklyReport
from service.scope import reports_seen
from service.store.paging import DEFAULT_LIMIT, Page, columns_equal, ordered_by, page
from workflows.findings.facts import Actor

_NEWEST = ordered_by(ReportVersion.submitted_at, descending=True)
NONE_RAISED = "[]"


@dataclass(frozen=True, slots=True)
class DifficultyFilter:
    """Whose reports are asked for; a name without a value does not filter."""

    round_id: str | None = None
    district_id: str | tuple[str, ...] | None = None
    organization_id: str | tuple[str, ...] | None = None
    week: int | tuple[int, ...] | None = None


def difficulties(
    session: Session,
    wanted: DifficultyFilter,
    *,
    actor: Actor,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[ReportVersion]:
    """A page of the reports that raise difficulties and that the actor sees, in their last version, newest first."""
    report, other = WeeklyReport, aliased(ReportVersion)
    last = select(func.max(other.version)).where(other.report_id == ReportVersion.report_id).scalar_subquery()
    query = (
        select(ReportVersion)
        .join(report, ReportVersion.report_id == report.id)
        .where(
            reports_seen(actor),
            ReportVersion.version == last,
            ReportVersion.words["difficulties"].as_string() != NONE_RAISED,
        )
        .options(
            joinedload(ReportVersion.report).joinedload(report.organization),
            joinedload(ReportVersion.report).joinedload(report.district),
        )
    )
    query = query.where(*columns_equal(report, wanted, *DifficultyFilter.__slots__))
    return page(session, query, _NEWEST, cursor=cursor, limit=limit)
