"""The special campaigns as callers see them: the five with what they have come to, and their actions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from service.campaigns.totals import CountedAction, Total, counted_actions, total_of, totals_by
from service.errors import existing
from service.models import (
    Assignment,
    CampaignAction,
    CampaignEvidence,
    Evidence,
    JournalEntry,
    Organization,
    with_names,
)
from service.people.callers import rounds_that_count
from service.scope import campaigns_seen, places_seen
from service.store.paging import DEFAULT_LIMIT, Page, ordered_by, page
from workflows.campaigns import week_of
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.vocabulary import CampaignCode

_NEWEST = ordered_by(CampaignAction.acted_on, descending=True)


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which actions are asked for; days are inclusive, and without a round those in force are meant."""

    round_id: str | None = None
    district_id: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DistrictTotal:
    """What one district has done, which may be nothing."""

    district: Organization
    total: Total


@dataclass(frozen=True, slots=True)
class WeekTotal:
    """What was done in the week of a Monday."""

    starts_on: date
    total: Total


@dataclass(frozen=True, slots=True)
class Campaign:
    """One of the five, with what it has come to in all, by district and by week."""

    code: CampaignCode
    total: Total
    districts: Sequence[DistrictTotal]
    weeks: Sequence[WeekTotal]


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action, with its evidence and, where it was withdrawn, the reason."""

    action: CampaignAction
    evidence: Sequence[Evidence] = field(default=())
    withdrawal_reason: str | None = None


def list_campaigns(session: Session, wanted: CampaignFilter, *, actor: Actor) -> list[Campaign]:
    """The five special campaigns with the totals of what the actor sees; what was withdrawn does not count."""
    conditions = [*_conditions(wanted, actor), CampaignAction.withdrawn_at.is_(None)]
    found = counted_actions(session, *conditions)
    districts = _districts(session, wanted, actor, {one.district_id for one in found})
    of_campaign = {code: [one for one in found if one.campaign is code] for code in CampaignCode}
    return [_campaign(code, of_campaign[code], districts) for code in CampaignCode]


def list_actions(
    session: Session,
    code: CampaignCode,
    wanted: CampaignFilter,
    *,
    actor: Actor,
    withdrawn: bool = False,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[ActionView]:
    """A campaign's actions that the actor sees, the latest day first; withdrawn ones only when asked for."""
    is_withdrawn = CampaignAction.withdrawn_at.is_not(None)
    query = _loaded().where(
        CampaignAction.campaign == code, *_conditions(wanted, actor), is_withdrawn if withdrawn else ~is_withdrawn
    )
    found = page(session, query, _NEWEST, cursor=cursor, limit=limit)
    return Page(action_views(session, found.items), found.next_cursor)


def seen_action(session: Session, action_id: str, *, actor: Actor, lock: bool = False) -> CampaignAction:
    """The action; raises `NotFound` when it does not exist or the actor does not see it."""
    query = _loaded().where(CampaignAction.id == action_id, campaigns_seen(actor))
    if lock:
        query = query.with_for_update(of=CampaignAction)
    return existing(session.scalar(query.execution_options(populate_existing=True)))


def action_views(session: Session, found: Sequence[CampaignAction]) -> list[ActionView]:
    """The actions with evidence and reasons, by a number of queries that does not grow with the actions."""
    ids = [action.id for action in found]
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for row in session.scalars(select(CampaignEvidence).where(CampaignEvidence.action_id.in_(ids))):
        evidence[row.action_id].append(row.evidence)
    reasons = select(JournalEntry.subject_id, JournalEntry.reason).where(
        JournalEntry.subject_id.in_(ids), JournalEntry.act == JournalAct.WITHDRAW
    )
    reason_of = dict(session.execute(reasons).all())
    return [
        ActionView(
            action,
            sorted(evidence[action.id], key=lambda one: (one.uploaded_at, one.id)),
            reason_of.get(action.id),
        )
        for action in found
    ]


def _campaign(code: CampaignCode, found: Sequence[CountedAction], districts: Mapping[str, Organization]) -> Campaign:
    by_district = totals_by(districts, found, lambda one: one.district_id)
    by_week = totals_by((), found, lambda one: week_of(one.acted_on))
    return Campaign(
        code,
        total_of(found),
        [DistrictTotal(districts[id_], total) for id_, total in by_district.items()],
        [WeekTotal(monday, total) for monday, total in sorted(by_week.items())],
    )


def _conditions(wanted: CampaignFilter, actor: Actor) -> Iterator[ColumnElement[bool]]:
    """The filter, and what the actor sees, as conditions on `CampaignAction`."""
    action = CampaignAction
    yield campaigns_seen(actor)
    yield action.round_id == wanted.round_id if wanted.round_id else action.round_id.in_(rounds_that_count())
    if wanted.district_id:
        yield action.district_id == wanted.district_id
    if wanted.since:
        yield action.acted_on >= wanted.since
    if wanted.until:
        yield action.acted_on <= wanted.until


def _districts(session: Session, wanted: CampaignFilter, actor: Actor, acting: set[str]) -> Mapping[str, Organization]:
    """The districts that are to act, those assigned in the round, whether they have or not; and those that have."""
    rounds = Assignment.round_id == wanted.round_id if wanted.round_id else Assignment.round_id.in_(rounds_that_count())
    district = Assignment.district_id.expression
    assigned = select(Assignment.district_id).where(
        rounds, places_seen(actor, district, district, Assignment.round_id.expression)
    )
    query = select(Organization).where(or_(Organization.id.in_(assigned), Organization.id.in_(acting)))
    if wanted.district_id:
        query = query.where(Organization.id == wanted.district_id)
    return {row.id: row for row in session.scalars(query.order_by(Organization.name))}


def _loaded() -> Select[CampaignAction]:
    around = (joinedload(CampaignAction.round), joinedload(CampaignAction.district))
    return select(CampaignAction).options(*around, *with_names(CampaignAction.recorded_by))
