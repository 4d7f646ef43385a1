"""Rectification notices (限期整改通知书): issued with one or several findings of a unit, received by it, listed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from service.errors import InvalidInput, existing
from service.findings.moves import OpenFinding, open_finding, open_findings, write_findings
from service.findings.notice_numbers import next_notice_number
from service.models import Finding, RectificationNotice, new_id, with_names
from service.records.events import EventData
from service.scope import findings_seen
from service.store.paging import DEFAULT_LIMIT, Page, ordered_by, page
from workflows.findings.facts import Actor
from workflows.vocabulary import Move

_NEWEST = ordered_by(RectificationNotice.issued_at, descending=True)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with those of its findings that the caller sees, by number."""

    notice: RectificationNotice
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Demand:
    """What one finding of a notice demands: a deadline, or working days counted from receipt."""

    finding_id: str
    requirement: str
    deadline: datetime | None = None
    working_days: int | None = None


def issue(
    session: Session, organization_id: str | None, demands: Sequence[Demand], *, actor: Actor, now: datetime
) -> RectificationNotice:
    """Notify a unit of findings and what it has to do by when (notice, part 4, paragraphs 2 and 3).

    Raises `InvalidInput` when the findings are not of one round and unit, `organization_id` if given.
    """
    if len({demand.finding_id for demand in demands}) < len(demands):
        raise InvalidInput({"findings": "duplicate"})
    opened = open_findings(session, [demand.finding_id for demand in demands], actor=actor, now=now)
    return _issue(opened, demands, organization_id)


def _issue(
    opened: Sequence[OpenFinding], demands: Sequence[Demand], organization_id: str | None
) -> RectificationNotice:
    notice = _add_notice(opened[0].session, opened, organization_id)
    named = EventData(notice_id=notice.id, notice=notice.number)
    for finding, demand in zip(opened, demands, strict=True):
        data = EventData(**named, requirement=demand.requirement, working_days=demand.working_days)
        finding.move(Move.NOTIFY, deadline=demand.deadline, working_days=demand.working_days, data=data)
        finding.locked.texts |= {"requirement": demand.requirement, "notice_id": notice.id}
    write_findings(opened)
    return notice


def notify(session: Session, demand: Demand, *, actor: Actor, now: datetime) -> Finding:
    """Issue a notice of one finding; returns the finding."""
    (finding,) = open_findings(session, [demand.finding_id], actor=actor, now=now)
    _issue([finding], [demand], None)
    return finding.finding


def list_notices(
    session: Session, *, actor: Actor, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[NoticeView]:
    """The notices of which the actor sees at least one finding, the newest first."""
    query = (
        select(RectificationNotice)
        .where(_notices_seen(actor))
        .options(joinedload(RectificationNotice.organization), *with_names(RectificationNotice.issued_by))
    )
    found: Page[RectificationNotice] = page(session, query, _NEWEST, cursor=cursor, limit=limit)
    return Page(_views(session, found.items, actor), found.next_cursor)


def view_notice(session: Session, notice_id: str, *, actor: Actor) -> NoticeView:
    """The notice with its findings; raises `NotFound` as `seen_notice` does."""
    return _views(session, [seen_notice(session, notice_id, actor=actor)], actor)[0]


def seen_notice(session: Session, notice_id: str, *, actor: Actor) -> RectificationNotice:
    """The notice; raises `NotFound` when the actor sees none of its findings."""
    query = select(RectificationNotice).where(RectificationNotice.id == notice_id, _notices_seen(actor))
    return existing(session.scalar(query))


def receive(
    session: Session, notice_id: str, *, actor: Actor, now: datetime, plan: str | None = None
) -> RectificationNotice:
    """签收: the unit signs for every finding of the notice that still can be signed for."""
    notice = seen_notice(session, notice_id, actor=actor)
    ids = session.scalars(select(Finding.id).where(Finding.notice_id == notice.id)).all()
    _sign(open_findings(session, ids, actor=actor, now=now), notice, plan)
    return notice


def begin(
    session: Session,
    finding_id: str,
    *,
    actor: Actor,
    now: datetime,
    plan: str | None = None,
    deadline: datetime | None = None,
    received: set[str] | None = None,
) -> Finding:
    """Receive the notice that a finding came with; a unit begins what it found itself with its own deadline.

    `received` holds the ids of notices that are not received again: a notice's other findings come with the first.
    """
    # Looked up before anything is locked: the notice's findings are locked in the order of their ids.
    notice_id = session.scalar(select(Finding.notice_id).where(Finding.id == finding_id, findings_seen(actor)))
    if notice_id:
        if deadline:
            raise InvalidInput({"deadline": "set_by_notice"})
        if received is None or notice_id not in received:
            receive(session, notice_id, actor=actor, now=now, plan=plan)
        if received is not None:
            received.add(notice_id)
        return session.get_one(Finding, finding_id)
    finding = open_finding(session, finding_id, actor=actor, now=now)
    finding.move(Move.BEGIN, deadline=deadline, data={"plan": plan})
    finding.locked.texts |= {"plan": plan} if plan else {}
    return finding.write()


def _add_notice(session: Session, opened: Sequence[OpenFinding], organization_id: str | None) -> RectificationNotice:
    places = {(one.locked.row["organization_id"], one.locked.row["round_id"]) for one in opened}
    unit_id, round_id = places.pop()
    if places or organization_id not in (None, unit_id):
        raise InvalidInput({"findings": "findings_of_one_unit"})
    notice = RectificationNotice(
        id=new_id(),
        number=next_notice_number(session, opened[0], opened[0].finding.round),
        round_id=round_id,
        organization_id=unit_id,
        issued_at=opened[0].now,
        issued_by_id=opened[0].actor.id,
    )
    session.add(notice)
    session.flush()
    return notice


def _sign(opened: Sequence[OpenFinding], notice: RectificationNotice, plan: str | None) -> None:
    """Receive every finding that can still be; when none can, the law says why not, of an open one if any."""
    first = min(opened, key=lambda finding: finding.facts.closed)
    receivable = [one for one in opened if not (one.facts.receipt_signed or one.facts.closed)] or [first]
    for finding in receivable:
        finding.move(Move.BEGIN, data={"notice_id": notice.id, "plan": plan})
        finding.locked.texts |= {"plan": plan} if plan else {}
    if notice.received_at is None:
        notice.received_at, notice.received_by_id = first.now, first.actor.id
    write_findings(receivable)


def _notices_seen(actor: Actor) -> ColumnElement[bool]:
    return select(Finding.id).where(Finding.notice_id == RectificationNotice.id, findings_seen(actor)).exists()


def _views(session: Session, notices: Sequence[RectificationNotice], actor: Actor) -> list[NoticeView]:
    query = select(Finding).where(Finding.notice_id.in_([notice.id for notice in notices]), findings_seen(actor))
    carried: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in session.scalars(query.order_by(Finding.number).execution_options(populate_existing=True)):
        carried[finding.notice_id].append(finding)
    return [NoticeView(notice, carried[notice.id]) for notice in notices]
