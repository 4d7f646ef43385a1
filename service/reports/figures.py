"""The figures of a weekly report, counted from the events of findings alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, not_, or_, select
from sqlalchemy.orm import Session

from service.models import Checklist, ChecklistItem, Event, Finding
from service.scope import known_from_logging
from workflows.vocabulary import Move, OrganizationKind, Severity, State

UNSORTED = "未分类"  # of findings that name no checklist item
FLOWS = ("found", "proposed", "notified", "put_right", "overdue", "escalated", "voided", "reopened")
PARTS = ("own", "universities")  # of a district: what is about the office itself, and about its universities
NOTHING = {"to_date": dict.fromkeys(FLOWS, 0)}
Flows = dict[str, int]
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose findings are counted, and when: after `since` (none: from the beginning), up to and with `until`."""

    round_id: str
    organization_id: str  # of whoever reports
    kind: OrganizationKind  # a university counts its own findings, a district office those of its district
    since: datetime | None
    until: datetime
    before: Mapping[str, Any] | None = None  # what the report of the week before said, once it is handed in


class _Cell(NamedTuple):
    """What findings are counted by."""

    part: str  # of PARTS
    severity: Severity
    category: str


class _Sums(NamedTuple):
    """How often each thing had happened when the period began, and when it ended."""

    since: Flows
    until: Flows


def count(session: Session, counted: Counted) -> Figures:
    """The figures: in total, of major findings, by the notice's categories, for a district also by whom they are about.

    `found` to `reopened` say what happened in the period, `to_date` the same since the round began; `new` is what was
    found or came back, `carried_over` what was open when the period began, and `open` when it ended. What the week
    before has reported is taken from there: an event that was only just being written then is counted now, once.
    """
    cells = _cells(session, counted)
    before = counted.before

    def told(slice_: str, **wanted: str) -> Figures:
        mine = [sums for cell, sums in cells.items() if wanted.items() <= cell._asdict().items()]
        return _slice(mine, before and before[slice_])

    figures = {
        "since": counted.since.isoformat() if counted.since else None,
        "until": counted.until.isoformat(),
        "total": told("total"),
        "major": told("major", severity=Severity.MAJOR),
    }
    if counted.kind is OrganizationKind.DISTRICT:
        figures |= {part: told(part, part=part) for part in PARTS}
    return {**figures, "categories": _by_category(cells, before, _categories(session, counted))}


def _by_category(
    cells: Mapping[_Cell, _Sums], before: Mapping[str, Any] | None, headings: Sequence[str]
) -> list[Figures]:
    """Every heading of the checklists, though nothing was found there, and what has none last."""
    told = {row["category"]: row for row in before["categories"]} if before else {}
    names = dict.fromkeys([*headings, *told, *(cell.category for cell in cells)])
    found = [
        {
            "category": name,
            **_slice(
                [sums for cell, sums in cells.items() if cell.category == name], before and told.get(name, NOTHING)
            ),
        }
        for name in names
    ]
    return sorted(found, key=lambda row: row["category"] == UNSORTED)


def _slice(cells: Sequence[_Sums], told: Mapping[str, Any] | None) -> Figures:
    """The figures of some cells; those that the week before has told begin where they ended then."""
    until = {name: sum(sums.until[name] for sums in cells) for name in FLOWS}
    since = told["to_date"] if told else {name: sum(sums.since[name] for sums in cells) for name in FLOWS}
    flows = {name: until[name] - since[name] for name in FLOWS}
    return {
        **flows,
        "new": flows["found"] + flows["reopened"],
        "carried_over": _open(since),
        "open": _open(until),
        "to_date": until,
    }


def _open(sums: Mapping[str, int]) -> int:
    return sums["found"] + sums["reopened"] - sums["put_right"] - sums["voided"]


def _cells(session: Session, counted: Counted) -> dict[_Cell, _Sums]:
    """One pass over the events of the findings that count."""
    own = Finding.organization_id == counted.organization_id
    part = case((own, PARTS[0]), else_=PARTS[1])
    category = func.coalesce(ChecklistItem.category, UNSORTED)
    early = Event.at <= counted.since if counted.since else false()
    happened = _happened(counted)
    whose = Finding.district_id if counted.kind is OrganizationKind.DISTRICT else Finding.organization_id
    query = (
        select(part, Finding.severity, category)
        .add_columns(*(func.count(case((and_(early, how), 1))) for how in happened.values()))
        .add_columns(*(func.count(case((how, 1))) for how in happened.values()))
        .join_from(Finding, Event, Event.finding_id == Finding.id)
        .outerjoin(ChecklistItem, Finding.checklist_item_id == ChecklistItem.id)
        .where(Finding.round_id == counted.round_id, whose == counted.organization_id, Event.at <= counted.until)
        .group_by(part, Finding.severity, category)
    )
    cells = {}
    for about, severity, name, *sums in session.execute(query):
        since, until = sums[: len(FLOWS)], sums[len(FLOWS) :]
        cells[_Cell(about, severity, name)] = _Sums(
            dict(zip(FLOWS, since, strict=True)), dict(zip(FLOWS, until, strict=True))
        )
    return cells


def _happened(counted: Counted) -> dict[str, ColumnElement[bool]]:
    """Which events count for what.

    A unit learns of a general finding of others with its notice, or when it is settled: for its own report it is
    found then, and was never there when it is withdrawn before.
    """
    unknown = and_(Finding.organization_id == counted.organization_id, not_(known_from_logging()))
    was_found = Event.from_state == State.FOUND
    told = and_(unknown, was_found, Event.to_state != State.FOUND)
    found = or_(told, and_(not_(unknown), Event.move == Move.LOG))
    entered = and_(Event.to_state == State.ESCALATED, Event.from_state != State.ESCALATED)
    return {
        "found": found,
        "proposed": and_(found, Finding.proposed),
        "notified": Event.move == Move.NOTIFY,
        "put_right": Event.move.in_((Move.SETTLE, Move.REVIEW_PASS)),
        "overdue": Event.move == Move.EXPIRE,
        "escalated": entered,
        "voided": and_(Event.move == Move.VOID, not_(and_(unknown, was_found))),
        "reopened": Event.move == Move.REOPEN,
    }


def _categories(session: Session, counted: Counted) -> list[str]:
    """The headings of the checklists that the figures are about, in the notice's order."""
    query = (
        select(ChecklistItem.category)
        .join(Checklist, ChecklistItem.checklist_id == Checklist.id)
        .where(Checklist.round_id == counted.round_id)
        .group_by(ChecklistItem.category)
        .order_by(func.min(Checklist.annex), func.min(ChecklistItem.position))
    )
    if counted.kind is OrganizationKind.UNIVERSITY:
        query = query.where(Checklist.audience == OrganizationKind.UNIVERSITY)
    return list(session.scalars(query))
