"""The rows of a ledger: one statement, streamed, each row with all that its line says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
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
from service.scope import findings_seen
from workflows.findings.facts import Actor

AT_A_TIME = 100  # rows in memory
_UNIT, _DISTRICT = aliased(Organization), aliased(Organization)
_LEADER, _LOGGER = aliased(Person), aliased(Person)
_OF_FINDING = (
    *(Finding.id, Finding.number, Finding.origin, Finding.severity, Finding.summary, Finding.details),
    *(Finding.location, Finding.found_at, Finding.requirement, Finding.notified_at, Finding.received_at),
    *(Finding.receipt_deemed, Finding.deadline, Finding.original_deadline, Finding.state, Finding.escalation_level),
    *(Finding.at_risk_at, Finding.failures, Finding.recurrences, Finding.overdue_at, Finding.escalated_at),
    *(Finding.verified_at, Finding.voided_at, Finding.organization_id, Finding.district_id),
    Finding.pending_submission_id,
)


def ledger_rows(
    session: Session, wanted: FindingFilter, *, actor: Actor, now: datetime, by_district: bool = False
) -> Iterator[Row[Any]]:
    """The findings that the actor sees, the oldest first, or district by district.

    `of_all` says how many there are, `of_district` how many are of the row's district; all of it is of one moment.
    Rows come while the transaction stays open.
    """
    conditions = (findings_seen(actor), *conditions_of(wanted, now))
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


_COLUMNS = (
    *_OF_FINDING,
    Round.number.label("round"),
    _DISTRICT.name.label("district"),
    _UNIT.name.label("unit"),
    ChecklistItem.number.label("item"),
    ChecklistItem.category,
    ChecklistItem.requirement_zh,
    ChecklistItem.requirement_en,
    Team.name.label("team"),
    _LEADER.name.label("leader"),
    _LOGGER.name.label("logged_by"),
    Submission.measures,
    Submission.completed_on,
    Submission.submitted_at,
    HandlingOpinion.measure,
    HandlingOpinion.opinion,
)


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
