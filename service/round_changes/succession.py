"""Who comes after whom: what waits for those who have gone is told again to those who come, with what is open."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from service.models import Alert, Finding, Organization, Person, Round, new_id
from service.records.journal import NewEntry, record_entries
from service.records.recipients import Recipient
from service.rounds.rulebooks import rules_of
from service.store.bulk import insert_rows
from workflows.deadlines import working_days_after
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import ASSIGNED_ROLES, Role, State

ALERTS = Alert.metadata.tables["alerts"]
LATE = (State.OVERDUE, State.ESCALATED)


class Succession(NamedTuple):
    """Within a district of a round these people have gone, and those come as this role."""

    district_id: str
    gone: frozenset[str]
    come: frozenset[str]
    role: Role


def pass_on(
    session: Session, round_: Round, successions: Collection[Succession], *, actor: Actor, now: datetime
) -> None:
    """Tell those who come what is open, in one summary each, and again every alert that still waits.

    An alert waits while it has not been sent, or has not been acknowledged; the successor has as long to acknowledge
    it as anybody. Decisions and moves need no passing on: they belong to whoever has the post.
    """
    session.flush()
    for succession in successions:
        _tell_again(session, round_, succession, now)
    districts: dict[tuple[str, Role], list[str]] = defaultdict(list)
    for succession in successions:
        for person_id in succession.come:
            districts[person_id, succession.role].append(succession.district_id)
    entries = _summaries(session, round_, districts, actor)
    record_entries(session, list(entries), now=now)


def _tell_again(session: Session, round_: Round, succession: Succession, now: datetime) -> None:
    here = and_(Finding.round_id == round_.id, Finding.district_id == succession.district_id)
    open_ = and_(here, Finding.state != State.VERIFIED, Finding.voided_at.is_(None))
    waiting = or_(Alert.message_id.is_(None), Alert.acknowledge_by.is_not(None))
    of_gone = select(Alert).join(Finding, Alert.finding_id == Finding.id).join(Person, Alert.person_id == Person.id)
    theirs: ColumnElement[bool] = Alert.person_id.in_(succession.gone)
    if succession.role is Role.LEADER:  # whoever moved before there was a successor has left the district already
        theirs = or_(theirs, and_(Alert.role == Role.LEADER, Alert.person_id.not_in(succession.come)))
    of_gone = of_gone.where(
        open_,
        waiting,
        Alert.acknowledged_at.is_(None),
        theirs,
        func.coalesce(Alert.role, Person.role, type_=Person.role.type).in_(ASSIGNED_ROLES),
    )
    alerts = session.scalars(of_gone.order_by(Alert.created_at, Alert.id)).all()
    rules = rules_of(session, round_)
    again = working_days_after(rules.calendar, now, rules.policy.acknowledgement.within_working_days)
    rows = [
        _for_successor(alert, Recipient(person_id, succession.role), again, now)
        for alert in alerts
        for person_id in sorted(succession.come)
    ]
    insert_rows(session, ALERTS, rows, once="key")
    if succession.come:
        waited = update(Alert).where(Alert.id.in_([alert.id for alert in alerts])).values(acknowledge_by=None)
        session.execute(waited.execution_options(synchronize_session=False))


def _for_successor(alert: Alert, successor: Recipient, again: datetime, now: datetime) -> dict[str, object]:
    return {
        "id": new_id(),
        "key": f"{alert.key.removesuffix(alert.person_id)}{successor.id}",
        "event_id": alert.event_id,
        "finding_id": alert.finding_id,
        "person_id": successor.id,
        "role": successor.role,
        "kind": alert.kind,
        "created_at": now,
        "acknowledge_by": again if alert.acknowledge_by else None,
    }


def _summaries(
    session: Session, round_: Round, districts: dict[tuple[str, Role], list[str]], actor: Actor
) -> Iterator[NewEntry]:
    """One entry for all who take over the same districts."""
    alike: dict[tuple[str, ...], list[Recipient]] = defaultdict(list)
    for (person_id, role), ids in sorted(districts.items()):
        alike[tuple(sorted(set(ids)))].append(Recipient(person_id, role))
    for places, people in alike.items():
        yield NewEntry(
            subject_kind=SubjectKind.ROUND,
            subject_id=round_.id,
            act=JournalAct.CHANGE,
            round_id=round_.id,
            actor=actor,
            data={"number": round_.number, **_open(session, round_, places)},
            people=people,
            step="successor",
        )


def _open(session: Session, round_: Round, district_ids: Sequence[str]) -> dict[str, object]:
    """The districts by name, and how much is open in them."""
    names = session.scalars(select(Organization.name).where(Organization.id.in_(district_ids)))
    counts = select(
        func.count(),
        func.count(case((Finding.state.in_(LATE), 1))),
        func.count(Finding.pending_submission_id),
        func.count(Finding.pending_extension_id),
    ).where(
        Finding.round_id == round_.id,
        Finding.district_id.in_(district_ids),
        Finding.state != State.VERIFIED,
        Finding.voided_at.is_(None),
    )
    open_, late, reviews, requests = session.execute(counts).one()
    return {
        "districts": "、".join(sorted(names)),
        "open": open_,
        "late": late,
        "reviews": reviews,
        "requests": requests,
    }
