"""The rows of a ledger: one statement, streamed, each row with all that its line says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from service.findings.list import FindingFilter, conditions_of
from service.models import (
    Assignment,
    ChecklistItem,
    Finding,
    HandlingOpinion,
    Organization,
    Person,
    Round,
    Submission,
    Team,
)
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Origin, Severity, State

AT_A_TIME = 100  # rows in memory
_UNIT, _DISTRICT = aliased(Organization), aliased(Organization)
_LEADER, _LOGGER = aliased(Person), aliased(Person)


class LedgerRow(Protocol):
    """A finding with everything in its line; what has not happened yet is None."""

    number: str
    origin: Origin
    severity: Severity
    summary: str
    details: str | None
    location: str | None
    found_at: datetime
    requirement: str | None
    notified_at: datetime | None
    received_at: datetime | None
    receipt_deemed: bool
    deadline: datetime | None
    original_deadline: datetime | None
    first_deadline: datetime | None
    state: State
    escalation_level: int
    at_risk_at: datetime | None
    failures: int
    failures_in_all: int
    highest_level: int
    recurrences: int
    overdue_at: datetime | None
    first_overdue_at: datetime | None
    escalated_at: datetime | None
    verified_at: datetime | None
    voided_at: datetime | None
    organization_id: str
    pending_submission_id: str | None
    round: str  # its number
    district: str
    unit: str
    item: str | None  # its number
    category: str | None
    requirement_zh: str | None  # of the checklist item
    requirement_en: str | None
    team: str | None
    leader: str | None
    logged_by: str | None
    measures: str | None  # of the newest submission
    completed_on: date | None
    submitted_at: datetime | None
    measure: Measure | None  # of the newest handling opinion
    opinion: str | None
    policy_version: str  # that the finding goes by
    of_all: int  # how many findings there are
    of_district: int  # how many are of this one's district


_COLUMNS = (
    *(Finding.number, Finding.origin, Finding.severity, Finding.summary, Finding.details, Finding.location),
    *(Finding.found_at, Finding.requirement, Finding.notified_at, Finding.received_at, Finding.receipt_deemed),
    *(Finding.deadline, Finding.original_deadline, Finding.state, Finding.escalation_level, Finding.at_risk_at),
    *(Finding.failures, Finding.recurrences, Finding.overdue_at, Finding.escalated_at, Finding.verified_at),
    *(Finding.first_deadline, Finding.first_overdue_at, Finding.failures_in_all, Finding.highest_level),
    *(Finding.voided_at, Finding.organization_id, Finding.pending_submission_id),
    *(Round.number.label("round"), _DISTRICT.name.label("district"), _UNIT.name.label("unit")),
    *(ChecklistItem.number.label("item"), ChecklistItem.category),
    *(ChecklistItem.requirement_zh, ChecklistItem.requirement_en),
    *(Team.name.label("team"), _LEADER.name.label("leader"), _LOGGER.name.label("logged_by")),
    *(Submission.measures, Submission.completed_on, Submission.submitted_at),
    *(HandlingOpinion.measure, HandlingOpinion.opinion),
    Finding.policy_version,
)


def ledger_rows(
    session: Session, wanted: FindingFilter, *, actor: Actor, now: datetime, by_district: bool = False
) -> Iterator[LedgerRow]:
    """The findings that the actor sees, the oldest first, or district by district; all of it is of one moment.

    Rows come while the transaction stays open.
    """
    conditions = conditions_of(session, wanted, actor=actor, now=now)
    of_all = select(func.count()).select_from(Finding).where(*conditions).scalar_subquery()
    each = select(Finding.district_id, func.count().label("number")).where(*conditions).group_by(Finding.district_id)
    of_district = each.subquery()
    counts = (of_all.label("of_all"), of_district.c.number.label("of_district"))
    statement = (
        _joined(select(*_COLUMNS, *counts))
        .join(of_district, of_district.c.district_id == Finding.district_id)
        .where(*conditions)
    )
    order = (_DISTRICT.name, Finding.district_id) if by_district else ()
    ordered = statement.order_by(*order, Finding.created_at, Finding.id)
    yield from session.execute(ordered.execution_options(yield_per=AT_A_TIME))


def places_of(session: Session, wanted: FindingFilter, *, actor: Actor, now: datetime) -> list[dict[str, str]]:
    """Role, round and unit of those findings: once for each role in which the actor sees them."""
    places: set[tuple[str, str, str]] = set()
    for post in actor.posts:
        conditions = conditions_of(session, wanted, actor=replace(post, others=()), now=now)
        query = select(Finding.round_id, Finding.organization_id).where(*conditions).distinct()
        places |= {(post.role, row.round_id, row.organization_id) for row in session.execute(query)}
    return [{"role": role, "round_id": round_, "organization_id": unit} for role, round_, unit in sorted(places)]


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[Any]:
    """With unit and district, the labour of the round (annex 3), and the newest submission and opinion."""
    labour = (Assignment.round_id == Finding.round_id) & (Assignment.district_id == Finding.district_id)
    return (
        statement.select_from(Finding)
        .join(Round, Round.id == Finding.round_id)
        .join(_UNIT, _UNIT.id == Finding.organization_id)
        .join(_DISTRICT, _DISTRICT.id == Finding.district_id)
        .outerjoin(ChecklistItem, ChecklistItem.id == Finding.checklist_item_id)
        .outerjoin(Assignment, labour)
        .outerjoin(Team, Team.id == Assignment.team_id)
        .outerjoin(_LEADER, _LEADER.id == Assignment.leader_id)
        .outerjoin(_LOGGER, _LOGGER.id == Finding.created_by_id)
        .outerjoin(Submission, Submission.id == _newest(Submission, Submission.submitted_at))
        .outerjoin(HandlingOpinion, HandlingOpinion.id == _newest(HandlingOpinion, HandlingOpinion.opined_at))
    )


def _newest(act: type[Any], at: InstrumentedAttribute[datetime]) -> ColumnElement[str]:
    """The id of a finding's newest act of a kind."""
    one = aliased(act)
    when = getattr(one, at.key)
    newest = select(one.id).where(one.finding_id == Finding.id).order_by(when.desc(), one.id.desc()).limit(1)
    found: ColumnElement[str] = newest.correlate(Finding).scalar_subquery()
    return found
