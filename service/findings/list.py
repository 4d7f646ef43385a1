"""The list of findings: filters, sorting, pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from service.findings.read import what_answers_name
from service.models import ChecklistItem, Finding
from service.records.words import having_words
from service.scope import findings_seen
from service.store.paging import DEFAULT_LIMIT, Order, Page, alternatives, columns_equal, ordered_by, page
from workflows.findings.facts import Actor
from workflows.findings.light import RED_STATES
from workflows.vocabulary import Light, Origin, Severity, State

NO_CATEGORY = "none"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # findings without a deadline come after all others
_DEADLINE = func.coalesce(Finding.deadline, NEVER, type_=Finding.deadline.type)
_ORDERS = {
    "created_at": ordered_by(Finding.created_at),
    "deadline": Order(_DEADLINE, Finding.id.expression, lambda row: row.deadline or NEVER),
    "number": ordered_by(Finding.number),
}
SORTS = tuple(sign + name for name in _ORDERS for sign in ("", "-"))


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Conditions on findings, all of which hold; of several values of one any may hold, and None does not filter."""

    state: State | tuple[State, ...] | None = None
    organization_id: str | tuple[str, ...] | None = None
    district_id: str | tuple[str, ...] | None = None
    round_id: str | None = None
    origin: Origin | tuple[Origin, ...] | None = None
    severity: Severity | tuple[Severity, ...] | None = None
    light: Light | tuple[Light, ...] | None = None
    escalation_level: int | tuple[int, ...] | None = None
    awaiting_review: bool | None = None
    proposed: bool | None = None  # by the clock
    extension_pending: bool | None = None  # whether more time was asked for and nobody has decided
    checklist_item_id: str | tuple[str, ...] | None = None
    category: str | None = None  # the heading of its checklist item; `NO_CATEGORY`: of those without an item
    inspection_id: str | None = None
    deadline_before: datetime | None = None
    deadline_after: datetime | None = None
    ever_overdue: bool | None = None  # at any time, not only now
    q: str | None = None  # words, each of which is in number, summary, details or location
    voided: bool = False  # those withdrawn, which are hidden otherwise


def list_findings(
    session: Session,
    filter_: FindingFilter,
    *,
    actor: Actor,
    now: datetime,
    sort: str = "-created_at",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Finding]:
    """A page of the findings that the actor sees; `sort` is one of `SORTS`, the newest first by default."""
    name = sort.removeprefix("-")
    order = _ORDERS[name]
    if sort.startswith("-"):
        order = replace(order, descending=True)
    query = select(Finding).where(*conditions_of(session, filter_, actor=actor, now=now))
    return page(session, query, order, cursor=cursor, limit=limit, around=what_answers_name())


def findings_of(session: Session, ids: Collection[str], *, actor: Actor) -> Sequence[Finding]:
    """Those of the findings that the actor sees, by number."""
    query = select(Finding).where(Finding.id.in_(ids), findings_seen(actor)).options(*what_answers_name())
    return session.scalars(query.order_by(Finding.number, Finding.id)).unique().all()


def is_light(light: Light, now: datetime) -> ColumnElement[bool]:
    """`workflows.findings.light.light` as a condition on rows."""
    is_open = (Finding.voided_at.is_(None), Finding.state != State.VERIFIED)
    red = and_(*is_open, Finding.state.in_(RED_STATES))
    if light is Light.RED:
        return red
    at_risk = (Finding.at_risk_at.is_not(None), Finding.at_risk_at <= now)
    amber = and_(*is_open, Finding.state.not_in(RED_STATES), *at_risk)
    return amber if light is Light.AMBER else not_(or_(red, amber))


def is_under(item_id: ColumnElement[Any], category: str) -> ColumnElement[bool]:
    """Whether an item stands under a heading, or `NO_CATEGORY`: whether there is none."""
    under = select(ChecklistItem.id).where(ChecklistItem.category == category)
    return item_id.is_(None) if category == NO_CATEGORY else item_id.in_(under)


def conditions_of(
    session: Session, filter_: FindingFilter, *, actor: Actor, now: datetime
) -> list[ColumnElement[bool]]:
    """The filter as conditions on `Finding`, of those that the actor sees; words are looked up for it here and now."""
    seen = findings_seen(actor)
    words = having_words(session, filter_.q, seen) if filter_.q else ()
    return [seen, *_conditions_of(filter_, now), *words]


def _conditions_of(filter_: FindingFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    """The filter without its words."""
    yield Finding.voided_at.is_not(None) if filter_.voided else Finding.voided_at.is_(None)
    names = (
        *("state", "organization_id", "district_id", "round_id", "origin", "severity"),
        *("escalation_level", "checklist_item_id", "inspection_id", "proposed"),
    )
    yield from columns_equal(Finding, filter_, *names)
    yes_or_no = {
        "awaiting_review": Finding.pending_submission_id.is_not(None),
        "extension_pending": Finding.pending_extension_id.is_not(None),
        "ever_overdue": Finding.first_overdue_at.is_not(None),
    }
    for name, holds in yes_or_no.items():
        if (wanted := getattr(filter_, name)) is not None:
            yield holds if wanted else not_(holds)
    if filter_.category is not None:
        yield is_under(Finding.checklist_item_id.expression, filter_.category)
    if filter_.deadline_before is not None:
        yield Finding.deadline < filter_.deadline_before
    if filter_.deadline_after is not None:
        yield Finding.deadline > filter_.deadline_after
    if lights := alternatives(filter_.light):
        yield or_(*(is_light(light, now) for light in lights))
