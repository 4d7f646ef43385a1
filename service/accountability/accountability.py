"""Accountability (追责): who inspected and who did not, who urged, who decided, what came late; the centre's alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select, true
from sqlalchemy.orm import Session, joinedload

from service.accountability.clocks import ClockView, clocks_of
from service.accountability.sides import Side, sides_of
from service.accountability.timeline import TimelineEntry, after, cursor_of, timeline_of
from service.errors import InvalidInput, NotAllowed
from service.findings.read import seen_finding
from service.models import ClosingDecision, Finding, JournalEntry, Organization, Round
from service.rounds.current import DISTRICT_OF_UNIT, current_round
from service.scope import findings_seen, holds_to_account, places_seen
from service.store.paging import DEFAULT_LIMIT, Page
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import UNIT_KINDS

ABOUT_INSPECTIONS = (SubjectKind.INSPECTION, SubjectKind.UNIT)


@dataclass(frozen=True, slots=True)
class OfFinding:
    """Everything around one finding: its unit's inspections with their answer, the clocks, and one timeline."""

    finding: Finding
    sides: Sequence[Side]
    clocks: Sequence[ClockView]
    timeline: Sequence[TimelineEntry]


@dataclass(frozen=True, slots=True)
class OfUnit:
    """Everything around one unit in a round; of the clocks those that were late or are running."""

    organization: Organization
    round: Round
    sides: Sequence[Side]
    clocks: Sequence[ClockView]
    kept: int  # clocks that were kept
    timeline: Page[TimelineEntry]


def of_finding(session: Session, finding_id: str, *, actor: Actor, now: datetime) -> OfFinding:
    """Who did what, and who did not, about one finding (notice, part 4, paragraph 3).

    Raises `NotFound` like any look at a finding, `NotAllowed` to those outside the centre who see it.
    """
    finding = seen_finding(session, finding_id, actor=actor, whole=True)
    _only_the_centre(actor)
    sides = sides_of(session, finding.organization, finding.round, item_id=finding.checklist_item_id)
    decision = session.get(ClosingDecision, finding.id)
    of_entries = or_(*_entries_around(finding, decided=decision is not None))
    timeline = timeline_of(session, [Finding.id == finding.id], [of_entries], limit=None)
    return OfFinding(
        finding,
        sides,
        clocks_of(session, [finding], [over.inspection for side in sides for over in side.sheets], now=now),
        [_of_this_finding(one, decision) for one in timeline],
    )


def of_unit(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    organization_id: str,
    round_id: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> OfUnit:
    """Who did what, and who did not, about one unit in a round, with its timeline a page at a time.

    Without `round_id` the round in force.

    Raises `NotAllowed` outside the centre, `InvalidInput` for a unit that the actor has nothing to do with.
    """
    _only_the_centre(actor)
    round_ = current_round(session, round_id, actor=actor, now=now)
    unit = _unit(session, organization_id, actor, round_)
    sides = sides_of(session, unit, round_)
    here = (Finding.organization_id == unit.id, Finding.round_id == round_.id, findings_seen(actor))
    findings = session.scalars(select(Finding).where(*here).options(joinedload(Finding.round))).all()
    sheets = [over.inspection for side in sides for over in side.sheets]
    clocks = clocks_of(session, findings, sheets, now=now)
    telling = [one for one in clocks if one.owed.breached or one.owed.light]
    entries = (JournalEntry.organization_id == unit.id, JournalEntry.round_id == round_.id)
    timeline = _page(session, here, entries, cursor, limit)
    return OfUnit(unit, round_, sides, telling, len(clocks) - len(telling), timeline)


def _only_the_centre(actor: Actor) -> None:
    if not holds_to_account(actor):
        raise NotAllowed("not_allowed")


def _unit(session: Session, organization_id: str, actor: Actor, round_: Round) -> Organization:
    """A unit that the actor sees in that round: another team's round is none of his or her business."""
    in_round = places_seen(actor, Organization.id.expression, DISTRICT_OF_UNIT, literal(round_.id, Round.id.type))
    known = (Organization.id == organization_id, Organization.kind.in_(UNIT_KINDS), in_round)
    unit = session.scalar(select(Organization).where(*known))
    if unit is None:
        raise InvalidInput({"organization_id": "unknown_organization"})
    return unit


def _entries_around(finding: Finding, *, decided: bool) -> Iterator[ColumnElement[bool]]:
    """The unit's inspections in the round; and its closing, when that decided on the finding."""
    entry = JournalEntry
    yield and_(
        entry.organization_id == finding.organization_id,
        entry.round_id == finding.round_id,
        entry.subject_kind.in_(ABOUT_INSPECTIONS),
    )
    if decided:
        whole = entry.organization_id.is_(None)
        yield and_(entry.subject_id == finding.round_id, entry.act == JournalAct.CLOSE, whole)


def _of_this_finding(one: TimelineEntry, decision: ClosingDecision | None) -> TimelineEntry:
    """Of the round's closing only what it decided on this finding."""
    if decision is None or one.about["id"] != decision.round_id:
        return one
    data = {"outcome": str(decision.outcome), "successor_id": decision.successor_id}
    return replace(one, reason=decision.reason, data=data)


def _page(
    session: Session,
    of_events: Sequence[ColumnElement[bool]],
    of_entries: Sequence[ColumnElement[bool]],
    cursor: str | None,
    limit: int,
) -> Page[TimelineEntry]:
    events_after, entries_after = after(cursor) if cursor else (true(), true())
    found = timeline_of(session, [*of_events, events_after], [*of_entries, entries_after], limit=limit + 1)
    more = len(found) > limit
    return Page(found[:limit], cursor_of(found[limit - 1]) if more else None)
