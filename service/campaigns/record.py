"""Special campaigns (五个专项行动): a district office records what was done, revises it, withdraws a mistake."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.campaigns.list import seen_action
from service.errors import Conflict, InvalidInput, NotAllowed
from service.evidence.evidence import attachable, same_pieces
from service.findings.new import round_in_force
from service.models import CampaignAction, CampaignEvidence, JournalEntry, Round, new_id
from service.records.journal import NewEntry, record_entries
from service.rounds.rulebooks import calendar_in_force
from service.store.idempotency import created_once, refuse_unless_same
from workflows.campaigns import Result, may_record, tidy
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import CampaignCode, Role

REVISABLE = ("acted_on", "lead_department", "departments", "places", "summary", "results")


@dataclass(frozen=True, slots=True)
class NewAction:
    """What was done: when, by which departments, where, with which results in figures."""

    campaign: CampaignCode
    acted_on: date
    lead_department: str
    summary: str
    departments: Sequence[str] = ()  # also involved
    places: Sequence[str] = ()
    results: Sequence[Result] = ()
    evidence_ids: Sequence[str] = ()
    client_id: str | None = None
    round_id: str | None = None  # none: the only one that runs


def record_action(session: Session, new: NewAction, *, actor: Actor, now: datetime) -> CampaignAction:
    """Record an action in the actor's district (notice, part 2); a repeat of a `client_id` returns the first one."""
    if not actor.holds(Role.DISTRICT) or actor.organization_id is None:
        raise NotAllowed("not_yours")
    office_id = actor.organization_id
    return created_once(
        session,
        lambda: _recorded_before(session, new, actor),
        lambda: _record(session, new, office_id, actor=actor, now=now),
    )


def _record(session: Session, new: NewAction, office_id: str, *, actor: Actor, now: datetime) -> CampaignAction:
    row = CampaignAction(
        id=new_id(),
        round_id=round_in_force(session, office_id, now=now, round_id=new.round_id).id,
        district_id=office_id,
        campaign=new.campaign,
        client_id=new.client_id,
        recorded_at=now,
        recorded_by_id=actor.id,
        **_normalized({name: getattr(new, name) for name in REVISABLE}, today=_today(session, now)),
    )
    pieces = sorted(one.id for one in attachable(session, new.evidence_ids, actor=actor))
    session.add(row)
    session.flush()
    _attach(session, row, pieces)
    stored = {name: getattr(row, name) for name in REVISABLE}
    _record_entry(session, row, JournalAct.RECORD, actor, now, data={**_as_json(stored), "evidence_ids": pieces})
    return seen_action(session, row.id, actor=actor)


def revise_action(
    session: Session, action_id: str, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> CampaignAction:
    """Correct an action; the journal keeps what stood before. `evidence_ids`, when given, are all of its evidence.

    Raises `Conflict` («stale_version») when the action is no longer at `version`.
    """
    row = _locked_action(session, action_id, actor=actor)
    if row.version != version:
        raise Conflict("stale_version")
    stored = _normalized(changes, today=_today(session, now))
    after = {name: value for name, value in stored.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    if "evidence_ids" in changes:
        before["evidence_ids"], after["evidence_ids"] = _replace_evidence(
            session, row, set(changes["evidence_ids"]), actor
        )
    row.version += 1
    session.flush()
    _record_entry(
        session, row, JournalAct.REVISE, actor, now, data={"before": _as_json(before), "after": _as_json(after)}
    )
    return row


def withdraw_action(session: Session, action_id: str, reason: str, *, actor: Actor, now: datetime) -> CampaignAction:
    """Withdraw an action that was recorded by mistake: the row stays, and counts no longer.

    Raises `Conflict` («action_withdrawn») the second time, and («round_closed») once the round is over.
    """
    row = _locked_action(session, action_id, actor=actor)
    row.withdrawn_at = now
    row.version += 1
    session.flush()
    _record_entry(session, row, JournalAct.WITHDRAW, actor, now, reason=reason)
    return row


def _normalized(values: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """The revisable ones among the values, as columns store them: blanks and repeats removed, results as JSON.

    Raises `InvalidInput` for a day that has not come, and for a result named twice.
    """
    stored = {name: value for name, value in values.items() if name in REVISABLE}
    if "acted_on" in stored and stored["acted_on"] > today:
        raise InvalidInput({"acted_on": "in_future"})
    for name in {"departments", "places"} & set(stored):
        stored[name] = list(dict.fromkeys(" ".join(words.split()) for words in stored[name]))
    if "results" in stored:
        results = [tidy(result) for result in stored["results"]]
        if len({result.counted_as for result in results}) < len(results):
            raise InvalidInput({"results": "duplicate"})
        stored["results"] = [result._asdict() for result in results]
    return stored


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with dates as ISO text, for JSON."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _recorded_before(session: Session, new: NewAction, actor: Actor) -> CampaignAction | None:
    if new.client_id is None:
        return None
    mine = (CampaignAction.recorded_by_id == actor.id, CampaignAction.client_id == new.client_id)
    found = session.scalar(select(CampaignAction.id).where(*mine))
    if found is None:
        return None
    action = seen_action(session, found, actor=actor)
    refuse_unless_same(_differing(session, action, new))
    return action


def _differing(session: Session, action: CampaignAction, new: NewAction) -> Iterator[str]:
    """The fields that differ from what was recorded first, which the journal has."""
    recorded = select(JournalEntry.data).where(
        JournalEntry.subject_id == action.id, JournalEntry.act == JournalAct.RECORD
    )
    first = session.execute(recorded).scalar_one()
    if action.campaign is not new.campaign:
        yield "campaign"
    given = _as_json(_normalized({name: getattr(new, name) for name in REVISABLE}, today=date.max))
    yield from (name for name, value in given.items() if value != first.get(name))
    if not same_pieces(session, first.get("evidence_ids", ()), new.evidence_ids):
        yield "evidence_ids"


def _locked_action(session: Session, action_id: str, *, actor: Actor) -> CampaignAction:
    """The action, locked for its district office, in a round that stays open meanwhile."""
    action = seen_action(session, action_id, actor=actor)
    if not may_record(actor, action.district_id):
        raise NotAllowed("not_yours")
    # the round before the action, as whoever closes a round does
    closed_at = select(Round.closed_at).where(Round.id == action.round_id).with_for_update(read=True)
    if session.execute(closed_at).scalar_one() is not None:
        raise Conflict("round_closed")
    action = seen_action(session, action_id, actor=actor, lock=True)
    if action.withdrawn_at is not None:
        raise Conflict("action_withdrawn")
    return action


def _replace_evidence(
    session: Session, row: CampaignAction, wanted: set[str], actor: Actor
) -> tuple[Sequence[str], Sequence[str]]:
    """Replace the evidence of an action; returns the ids before and after, sorted."""
    mine = CampaignEvidence.action_id == row.id
    had = set(session.scalars(select(CampaignEvidence.evidence_id).where(mine)))
    added = attachable(session, wanted - had, actor=actor)
    session.execute(delete(CampaignEvidence).where(mine, CampaignEvidence.evidence_id.in_(had - wanted)))
    _attach(session, row, [one.id for one in added])
    return sorted(had), sorted(wanted)


def _attach(session: Session, row: CampaignAction, evidence_ids: Sequence[str]) -> None:
    session.add_all(CampaignEvidence(action_id=row.id, evidence_id=id_) for id_ in evidence_ids)
    session.flush()


def _today(session: Session, now: datetime) -> date:
    return calendar_in_force(session).local_date(now)


def _record_entry(
    session: Session,
    row: CampaignAction,
    act: JournalAct,
    actor: Actor,
    now: datetime,
    *,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    entry = NewEntry(
        subject_kind=SubjectKind.CAMPAIGN_ACTION,
        subject_id=row.id,
        act=act,
        round_id=row.round_id,
        organization_id=row.district_id,
        district_id=row.district_id,
        actor=actor,
        reason=reason,
        data={"campaign": str(row.campaign), **(data or {})},
    )
    record_entries(session, [entry], now=now)
