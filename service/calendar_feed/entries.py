"""The entries of a person's calendar; like messages, without the details of problems."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from service.models import Event, Finding, Organization, Round, WeeklyReport
from service.scope import findings_seen
from service.wording.texts import word, written
from workflows.findings.facts import Actor
from workflows.vocabulary import ASSIGNED_ROLES, UNIT_ROLES, Role, State

FILE = "calendar"  # of service/wording
MOST_FINDINGS, MOST_REPORTS = 300, 100
LOOK_BACK = timedelta(days=30)  # what was missed stays in sight for a while
_CHANGED_AT = func.coalesce(Event.at, Finding.created_at, type_=Finding.created_at.type).label("changed_at")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry at an instant or on a day; `changed_at` and `sequence` grow when it changes."""

    uid: str
    at: datetime | date
    summary: str
    link: str
    changed_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar it is, where its links lead, and the zone of the office."""

    actor: Actor
    language: str
    base_url: str
    zone: tzinfo

    def phrase(self, key: str, **particulars: Any) -> str:
        """A phrase of the calendar in the reader's language."""
        return written(FILE, key, self.language, **particulars)


def entries_of(session: Session, reader: Reader, *, now: datetime) -> list[Entry]:
    """Deadlines of findings, the nearest first, then the reports that are owed, then the days of the exam."""
    rounds = session.scalars(select(Round).where(Round.closed_at.is_(None)).order_by(Round.number)).all()
    return [
        *(_deadline(row, reader) for row in _findings(session, reader.actor, now)),
        *(_report(row, reader) for row in _reports(session, reader.actor, now)),
        *(entry for round_ in rounds for entry in _exam(round_, reader)),
    ]


def _findings(session: Session, actor: Actor, now: datetime) -> Sequence[Row[Any]]:
    """Open findings that the actor has to do with; the leadership team has to do with those before it."""
    query: Select[*tuple[Any, ...]] = (
        select(
            Finding.id, Finding.number, Finding.deadline, Finding.state, Finding.version, Organization.name, _CHANGED_AT
        )
        .join(Organization, Organization.id == Finding.organization_id)
        .join(Round, Round.id == Finding.round_id)
        .outerjoin(Event, (Event.finding_id == Finding.id) & (Event.position == Finding.chain_length))
        .where(findings_seen(actor), Round.closed_at.is_(None))
        .where(Finding.state != State.VERIFIED, Finding.voided_at.is_(None))
    )
    if actor.holds(Role.LEADERSHIP) and not actor.holds(*ASSIGNED_ROLES):
        query = query.where(Finding.escalation_level > 0)
    ahead = query.where(Finding.deadline >= now).order_by(Finding.deadline, Finding.id)
    coming = session.execute(ahead.limit(MOST_FINDINGS)).all()
    missed = query.where(Finding.deadline < now, Finding.deadline >= now - LOOK_BACK)
    newest_first = missed.order_by(Finding.deadline.desc(), Finding.id)
    return [*coming, *session.execute(newest_first.limit(MOST_FINDINGS - len(coming))).all()]


def _reports(session: Session, actor: Actor, now: datetime) -> Sequence[WeeklyReport]:
    """The weekly reports that the actor's organization owes (notice, part 2, paragraphs 1 and 2)."""
    if not actor.holds(*UNIT_ROLES):
        return []
    owed = select(WeeklyReport).join(Round, Round.id == WeeklyReport.round_id)
    owed = owed.where(WeeklyReport.organization_id == actor.organization_id, Round.closed_at.is_(None))
    owed = owed.where(WeeklyReport.deadline >= now - LOOK_BACK)
    return session.scalars(owed.order_by(WeeklyReport.deadline, WeeklyReport.id).limit(MOST_REPORTS)).all()


def _deadline(row: Row[Any], reader: Reader) -> Entry:
    summary = reader.phrase("deadline", number=row.number, unit=row.name, state=word(row.state, reader.language))
    link = f"{reader.base_url}/findings/{row.id}"
    return Entry(f"finding-{row.id}", row.deadline, summary, link, row.changed_at, row.version)


def _report(row: WeeklyReport, reader: Reader) -> Entry:
    key = "report_submitted" if row.submitted_at else "report"
    summary = reader.phrase(key, week=row.week, unit=row.organization.name)
    changed_at = row.submitted_at or _begin(row.round, reader)
    return Entry(
        f"report-{row.id}", row.deadline, summary, f"{reader.base_url}/reports/{row.id}", changed_at, row.version
    )


def _exam(round_: Round, reader: Reader) -> Iterator[Entry]:
    for day in sorted(round_.exam_days):
        summary, uid = reader.phrase("exam", round=round_.title), f"exam-{round_.id}-{day}"
        yield Entry(uid, date.fromisoformat(day), summary, reader.base_url, _begin(round_, reader), 0)


def _begin(round_: Round, reader: Reader) -> datetime:
    """When a round began: what has no instant of its own is as old as its round."""
    return datetime.combine(round_.starts_on, time(), reader.zone).astimezone(UTC)
