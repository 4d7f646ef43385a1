"""Which universities and district offices take part in a round: all of its districts, some of them, or a list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, refuse_stale
from service.models import AT_ONCE, Organization, Round, RoundUnit
from service.round_changes.locking import locked_round, record_change_of_round
from service.rounds.current import Unit, units_of
from workflows.findings.facts import Actor
from workflows.vocabulary import UNIT_KINDS


@dataclass(frozen=True, slots=True)
class ParticipantChange:
    """Units by id: `only` those, or all again (`everybody`); then `add` and `remove`."""

    add: Collection[str] = ()
    remove: Collection[str] = ()
    only: Collection[str] | None = None
    everybody: bool = False


def change_participants(
    session: Session,
    round_id: str,
    change: ParticipantChange,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    seen: Mapping[str, Any] | None = None,
) -> list[Unit]:
    """Change which units take part, on record, and return all that do; what is open of others goes on.

    Raises `InvalidInput` for what is no university or district office, `Conflict` («stale_version») when `only` others
    take part than those that were `seen`. A unit whose district has no team takes no part
    whatever is said here.
    """
    round_ = locked_round(session, round_id, actor=actor)
    _check(session, change)
    if change.only is not None:
        taking_part = sorted(unit.organization.id for unit in units_of(session, round_))
        refuse_stale({"only": taking_part}, {"only": sorted(change.only)}, seen)
    before = _as_it_is(session, round_)
    set_participants(session, round_, change)
    record_change_of_round(session, round_, before, _as_it_is(session, round_), actor=actor, now=now, reason=reason)
    return units_of(session, round_)


def set_participants(session: Session, round_: Round, change: ParticipantChange) -> None:
    """Write which units take part; the weekly reports are laid out anew."""
    if change.everybody or change.only is not None:
        session.execute(delete(RoundUnit).where(RoundUnit.round_id == round_.id))
        round_.units_listed = change.only is not None
    for ids, takes_part in ((change.only or (), True), (change.add, True), (change.remove, False)):
        for id_ in ids:
            session.merge(RoundUnit(round_id=round_.id, organization_id=id_, takes_part=takes_part))
    round_.replan_at = AT_ONCE
    session.flush()


def _check(session: Session, change: ParticipantChange) -> None:
    wrong = {}
    for name in ("add", "remove", "only"):
        ids = set(getattr(change, name) or ())
        units = select(Organization.id).where(Organization.id.in_(ids), Organization.kind.in_(UNIT_KINDS))
        if ids - set(session.scalars(units)):
            wrong[name] = "unknown_organization"
    if set(change.add) & set(change.remove):
        wrong["remove"] = "duplicate"
    if wrong:
        raise InvalidInput(wrong)


def _as_it_is(session: Session, round_: Round) -> dict[str, object]:
    rows = session.execute(
        select(RoundUnit.organization_id, RoundUnit.takes_part).where(RoundUnit.round_id == round_.id)
    ).all()
    named, excepted = (sorted(id_ for id_, takes_part in rows if takes_part is said) for said in (True, False))
    return {"units_listed": round_.units_listed, "units": named, "excepted": excepted}
