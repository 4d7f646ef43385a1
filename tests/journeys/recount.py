"""The figures of weekly reports counted again, one event after the other, by somebody who trusts no query."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.models import Event, Finding, WeeklyReport
from workflows.vocabulary import Move, OrganizationKind, Origin, Severity, State

FLOWS = ("found", "notified", "put_right", "overdue", "escalated", "voided", "reopened")
PUT_RIGHT = (Move.SETTLE, Move.REVIEW_PASS)
Tally = dict[str, Counter[str]]  # category → what happened how often


@dataclass(frozen=True, slots=True)
class History:
    """One finding, and all that happened to it in order."""

    finding: Finding
    events: Sequence[Event]


def histories(session: Session, round_id: str) -> list[History]:
    """Every finding of a round with its events."""
    query = select(Finding).where(Finding.round_id == round_id).options(joinedload(Finding.checklist_item))
    events: dict[str, list[Event]] = defaultdict(list)
    for event in session.scalars(select(Event).order_by(Event.finding_id, Event.position)):
        events[event.finding_id].append(event)
    return [History(finding, events[finding.id]) for finding in session.scalars(query)]


def recount(report: WeeklyReport, told: Iterable[History], since: datetime | None, until: datetime) -> Tally:
    """What happened after `since` up to `until`, and what was open at both ends, by category and in all."""
    tally: Tally = defaultdict(Counter)
    for history in told:
        finding = history.finding
        of_district = report.organization.kind is OrganizationKind.DISTRICT
        if (finding.district_id if of_district else finding.organization_id) != report.organization_id:
            continue
        heading = finding.checklist_item.category if finding.checklist_item else "未分类"
        for name in (heading, "total"):
            tally[name].update(_flows(report, history, since, until))
            tally[name]["open"] += _is_open(report, history, until)
            tally[name]["carried_over"] += since is not None and _is_open(report, history, since)
    return tally


def _flows(report: WeeklyReport, history: History, since: datetime | None, until: datetime) -> Counter[str]:
    known, flows = False, Counter[str]()
    for event in history.events:
        learns = not known and _learns(report, history.finding, event)
        within = event.at <= until and (since is None or event.at > since)
        known = known or learns
        if within and known:
            flows["found"] += learns
            flows["notified"] += event.move is Move.NOTIFY
            flows["put_right"] += event.move in PUT_RIGHT
            flows["overdue"] += event.move is Move.EXPIRE
            flows["escalated"] += event.to_state is State.ESCALATED and event.from_state is not State.ESCALATED
            flows["voided"] += event.move is Move.VOID
            flows["reopened"] += event.move is Move.REOPEN
    return flows


def _is_open(report: WeeklyReport, history: History, at: datetime) -> bool:
    known, is_open = False, False
    for event in history.events:
        if event.at > at:
            break
        known = known or _learns(report, history.finding, event)
        is_open = event.to_state is not State.VERIFIED and event.move is not Move.VOID
        if event.move is Move.VOID:
            return False
    return known and is_open


def _learns(report: WeeklyReport, finding: Finding, event: Event) -> bool:
    """A unit hears of a general finding of others once it is notified or settled."""
    others = finding.organization_id == report.organization_id and finding.origin is not Origin.UNIT
    if others and finding.severity is Severity.GENERAL:
        return event.from_state is State.FOUND and event.to_state is not State.FOUND
    return event.move is Move.LOG
