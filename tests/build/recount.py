"""The figures of weekly reports, counted once more: every event replayed in plain Python, finding by finding."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import ChecklistItem, Event, Finding
from workflows.vocabulary import Move, Origin, Severity, State

COUNTS = ("found", "proposed", "notified", "put_right", "overdue", "escalated", "voided", "reopened", "new")
SIMPLE = {
    Move.NOTIFY: "notified",
    Move.SETTLE: "put_right",
    Move.REVIEW_PASS: "put_right",
    Move.EXPIRE: "overdue",
    Move.REOPEN: "reopened",
}


@dataclass(frozen=True, slots=True)
class Life:
    """One finding, and everything that happened to it."""

    finding: Finding
    category: str
    events: Sequence[Event]

    def known_at_once_to(self, reporter: str) -> bool:
        """Whether the reporter learns of it when it is logged: of what others find about itself, only when major."""
        row = self.finding
        return row.organization_id != reporter or row.severity is Severity.MAJOR or row.origin is Origin.UNIT


def lives(session: Session) -> list[Life]:
    """Every finding of the database."""
    of_finding: dict[str, list[Event]] = defaultdict(list)
    for event in session.scalars(select(Event).order_by(Event.finding_id, Event.position)):
        of_finding[event.finding_id].append(event)
    headings = dict(session.execute(select(ChecklistItem.id, ChecklistItem.category)).all())
    return [
        Life(finding, headings.get(finding.checklist_item_id or "", "未分类"), of_finding[finding.id])
        for finding in session.scalars(select(Finding))
    ]


def recount(
    found: Sequence[Life], reporter: str, since: datetime | None, until: datetime, mine: Callable[[Life], bool]
) -> dict[str, int]:
    """What happened to the reporter's findings in the period, and how many were open at its ends."""
    counts: Counter[str] = Counter()
    for life in filter(mine, found):
        counts.update(_replayed(life, reporter, since, until))
    return {name: counts[name] for name in (*COUNTS, "carried_over", "open")}


def _replayed(life: Life, reporter: str, since: datetime | None, until: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    known = is_open = False
    for event in life.events:
        if event.at > until:
            break
        if since is not None and event.at > since and is_open and "carried_over" not in counts:
            counts["carried_over"] = 1
        happened: list[str] = []
        becomes_known = not known and (life.known_at_once_to(reporter) or event.to_state is not State.FOUND)
        if becomes_known:
            known = True
            happened += ["found", "new", *(["proposed"] if life.finding.proposed else [])]
        if known:
            happened += _happened(event)
        is_open = known and event.to_state is not State.VERIFIED and event.move is not Move.VOID
        if since is None or event.at > since:
            counts.update(happened)
            counts.setdefault("carried_over", 0)
    if since is not None and is_open and "carried_over" not in counts:
        counts["carried_over"] = 1  # nothing happened to it in the period
    counts["open"] = int(is_open)
    return counts


def _happened(event: Event) -> list[str]:
    if event.move is Move.VOID:
        return ["voided"]
    names = [SIMPLE[event.move]] if event.move in SIMPLE else []
    if event.move is Move.REOPEN:
        names.append("new")
    if event.to_state is State.ESCALATED and event.from_state is not State.ESCALATED:
        names.append("escalated")
    return names


def slices(found: Sequence[Life], report: Any, since: datetime | None, until: datetime) -> dict[str, dict[str, int]]:
    """The recount of every part of a report's figures, by the part's name."""
    reporter, of_office = report.organization_id, report.organization_id == report.district_id

    def counted(part: Callable[[Life], bool]) -> dict[str, int]:
        def mine(life: Life) -> bool:
            place = life.finding.district_id if of_office else life.finding.organization_id
            return place == reporter and part(life)

        return recount(found, reporter, since, until, mine)

    parts = {"total": counted(lambda _: True), "major": counted(lambda life: life.finding.severity is Severity.MAJOR)}
    if of_office:
        parts["own"] = counted(lambda life: life.finding.organization_id == reporter)
        parts["universities"] = counted(lambda life: life.finding.organization_id != reporter)
    return parts | {category: counted(partial(_is_of, category)) for category in {life.category for life in found}}


def _is_of(category: str, life: Life) -> bool:
    return life.category == category
