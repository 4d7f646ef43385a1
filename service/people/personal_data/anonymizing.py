"""去标识: the name and all addresses of somebody who left are taken away; what he or she did stays on record.

Names stand beside the chain, so that nothing that was hashed changes (ADR 19): the changes on record keep what commits
to the names, and lose the names.
"""

import re
from datetime import datetime

from sqlalchemy import delete, select, union, update
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.models import (
    Assignment,
    CalendarFeed,
    Delivery,
    FormerPassword,
    IdempotencyKey,
    Invitation,
    JournalEntry,
    Letter,
    Message,
    Person,
    PersonalChange,
    ProviderAccount,
    RecoveryCode,
    Round,
    SavedFilter,
    SecondFactor,
    Team,
    TeamMember,
    Token,
)
from service.people.callers import require_security_administrator
from service.people.person_record import record_change_of, values_of
from service.people.posts import locked_person
from service.store.numbering import next_number
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind

NEUTRAL = "已离任人员"
_COUNTER = "anonymized people"
_HELD = (
    *(Token, Invitation, CalendarFeed, FormerPassword, SecondFactor, RecoveryCode, ProviderAccount),
    *(IdempotencyKey, SavedFilter),
)


def is_anonymous(person: Person) -> bool:
    """Whether the person's name and addresses have been taken away."""
    return person.username is None and re.fullmatch(rf"{NEUTRAL}\d+", person.name) is not None


def keep_anonymous(person: Person) -> None:
    """Raise Conflict for whoever is anonymous: a row that stands for nobody gets no name and no account again."""
    if is_anonymous(person):
        raise Conflict("person_is_anonymous")


def anonymize_person(
    session: Session,
    person_id: str,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None,
    force: bool = False,
) -> Person:
    """Take away for good what says who somebody was, on record; nothing when that was done before.

    InvalidInput without a reason; Conflict while the account is open, and, unless `force`, while a round that is not
    closed names the person in a team or as a responsible leader.
    """
    require_security_administrator(actor)
    if not (reason or "").strip():
        raise InvalidInput({"reason": "required"})
    person = locked_person(session, person_id)
    if is_anonymous(person):
        return person
    if person.disabled_at is None:
        raise Conflict("account_is_open")
    if not force and (rounds := rounds_naming(session, person_id)):
        raise Conflict("person_is_needed", rounds="、".join(rounds))
    _take_away(session, person)
    person.name = f"{NEUTRAL}{next_number(session, _COUNTER)}"
    nameless = {**values_of(person), "name": None}  # what the name was must not be written down once more
    data = {"anonymized": True}
    record_change_of(session, person, JournalAct.CHANGE, nameless, actor=actor, now=now, reason=reason, data=data)
    return person


def rounds_naming(session: Session, person_id: str) -> list[str]:
    """The numbers of the rounds not closed yet in which the person is of a team or a responsible leader."""
    in_team = select(Team.round_id).join(TeamMember, TeamMember.team_id == Team.id)
    leads = select(Assignment.round_id).where(Assignment.leader_id == person_id)
    named = union(in_team.where(TeamMember.person_id == person_id), leads)
    still = select(Round.number).where(Round.id.in_(named), Round.closed_at.is_(None))
    return list(session.scalars(still.order_by(Round.number)))


def _take_away(session: Session, person: Person) -> None:
    person.username = person.email = person.telephone = None
    person.password_hash = person.password_set_at = None
    person.password_given = False
    session.flush()
    told = select(JournalEntry.id).where(
        JournalEntry.subject_kind == SubjectKind.PERSON, JournalEntry.subject_id == person.id
    )
    messages = select(Message.id).where(Message.person_id == person.id)
    for gone in (
        *(delete(table).where(table.person_id == person.id) for table in _HELD),
        delete(PersonalChange).where(PersonalChange.entry_id.in_(told)),
        delete(Letter).where(Letter.message_id.in_(messages)),
        update(Delivery).where(Delivery.message_id.in_(messages)).values(failed_address=None, last_error=None),
    ):
        session.execute(gone.execution_options(synchronize_session=False))
