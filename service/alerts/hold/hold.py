"""Whether the office is held: nothing leaves it until an administrator has said what had been sent before.

So it is after a restore, for what a backup has as waiting may have gone out since. Moves go on, and alerts are written.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed
from service.models import JournalEntry, Organization
from service.records.journal import NewEntry, record_entries
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import OrganizationKind, Role

SENDING = str(uuid5(NAMESPACE_URL, "urn:duban:sending"))  # the subject of what is recorded about it


class Hold(NamedTuple):
    """Since when nothing is sent, and the entry's data: of a restore, when its backup was made."""

    since: datetime
    cause: JournalAct
    data: Mapping[str, Any]


def hold_in_force(session: Session) -> Hold | None:
    """The hold; none while everything is sent as it comes: one probe of an index."""
    columns = (JournalEntry.at, JournalEntry.act, JournalEntry.data)
    last = select(*columns).where(JournalEntry.subject_id == SENDING).order_by(JournalEntry.position.desc()).limit(1)
    row = session.execute(last).first()
    return None if row is None or row.act is JournalAct.RELEASE else Hold(row.at, row.act, row.data)


def hold(session: Session, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    """Send nothing from now on; Conflict `already_held`, NotAllowed for all but administrators."""
    hold_sending(session, actor)
    if hold_in_force(session):
        raise Conflict("already_held")
    record_of_sending(session, JournalAct.HOLD, actor=actor, now=now, reason=reason)


def hold_sending(session: Session, actor: Actor) -> None:
    """Let others who hold or release wait until this transaction ends; NotAllowed for all but administrators."""
    if not actor.holds(Role.ADMIN):
        raise NotAllowed("not_yours")
    centre = select(Organization.id).where(Organization.kind == OrganizationKind.CENTRE).order_by(Organization.id)
    session.execute(centre.with_for_update())


def record_of_sending(
    session: Session,
    act: JournalAct,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Record that the office is held, restored or released."""
    entry = NewEntry(
        subject_kind=SubjectKind.INSTALLATION,
        subject_id=SENDING,
        act=act,
        actor=actor.in_post(Role.ADMIN),
        reason=reason,
        data=data or {},
    )
    record_entries(session, [entry], now=now)
