"""What changes of a person: name, address, main post; accounts that are closed and opened again. Each is on record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.errors import InvalidInput, refuse_stale
from service.models import Organization, Person
from service.people.accounts import disable_person
from service.people.addresses import mended_address, mended_telephone
from service.people.callers import require_security_administrator
from service.people.person_fields import conflict_of, faults, mended_name, post_faults
from service.people.person_record import record_change_of, values_of
from service.people.personal_data.anonymizing import keep_anonymous
from service.people.posts import keep_an_administrator, locked_person, vacated
from service.people.tokens import revoke_access
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.vocabulary import Role

CHANGEABLE = ("name", "email", "telephone", "language")
_MAY_BE_NONE = ("email", "telephone")
_MENDED = {"name": mended_name, "email": mended_address, "telephone": mended_telephone}


def change_person(
    session: Session,
    person_id: str,
    changes: Mapping[str, str | None],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    seen: Mapping[str, Any] | None = None,
) -> Person:
    """Change name, address, telephone or language; None takes an address or telephone away.

    Raises `Conflict` («stale_version») when what is to change is no longer as it was `seen`.
    """
    require_security_administrator(actor)
    if wrong := {field: "required" for field, value in changes.items() if value is None and field not in _MAY_BE_NONE}:
        raise InvalidInput(wrong)
    person = locked_person(session, person_id)
    keep_anonymous(person)
    before = values_of(person)
    wanted = {field: None if value is None else _MENDED.get(field, str)(value) for field, value in changes.items()}
    refuse_stale(before, wanted, seen)
    for field, value in wanted.items():
        setattr(person, field, value)
    wrong = {field: code for field, code in faults(person, person.organization).items() if field in wanted}
    if wrong:
        session.expire(person)
        raise InvalidInput(wrong)
    record_change_of(session, person, JournalAct.CHANGE, before, actor=actor, now=now, reason=reason)
    return person


def move_person(
    session: Session,
    person_id: str,
    *,
    actor: Actor,
    now: datetime,
    role: Role | None = None,
    organization_id: str | None = None,
    reason: str | None = None,
    seen: Mapping[str, Any] | None = None,
) -> Person:
    """Give the person another main post; further posts stay.

    Tokens, calendar addresses and invitations end at once, and so do the old post's teams and districts in open rounds.
    Raises InvalidInput for a post that cannot be, Conflict `last_administrator`, or `stale_version` when not as `seen`.
    """
    require_security_administrator(actor)
    person = locked_person(session, person_id)
    wanted = (role or person.role, organization_id or person.organization_id)
    refuse_stale(values_of(person), {"role": str(wanted[0]), "organization_id": wanted[1]}, seen)
    if (person.role, person.organization_id) == wanted:
        return person
    kept = [post for post in person.posts if (post.role, post.organization_id) != wanted]
    wrong = post_faults(wanted[0], session.get(Organization, wanted[1]))
    if not wrong and (conflict := conflict_of([wanted[0], *(post.role for post in kept)])):
        wrong = {"role": conflict}
    if wrong:
        raise InvalidInput(wrong)
    keep_an_administrator(
        session, person, roles=[wanted[0], *(post.role for post in kept)], kept_apart=actor.kept_apart
    )
    before = values_of(person)
    person.posts[:] = kept
    person.role, person.organization_id = wanted
    session.flush()
    session.expire(person, ["organization"])
    revoke_access(session, person, now=now)
    data = vacated(session, person)
    record_change_of(session, person, JournalAct.MOVE, before, actor=actor, now=now, reason=reason, data=data)
    return person


def close_account(
    session: Session, person_id: str, *, actor: Actor, now: datetime, reason: str | None = None
) -> Person:
    """Close the account: no sign-in, token, calendar or alert from now on; what the person did stays.

    Raises Conflict `last_administrator`.
    """
    require_security_administrator(actor)
    person = locked_person(session, person_id)
    if person.disabled_at is not None:
        return person
    keep_an_administrator(session, person, roles=[], kept_apart=actor.kept_apart)
    before = values_of(person)
    disable_person(session, person, now=now)
    record_change_of(session, person, JournalAct.DISABLE, before, actor=actor, now=now, reason=reason)
    return person


def open_account(session: Session, person_id: str, *, actor: Actor, now: datetime, reason: str | None = None) -> Person:
    """Open a closed account again; the password is the one from before, tokens are not."""
    require_security_administrator(actor)
    person = locked_person(session, person_id)
    keep_anonymous(person)
    if person.organization.closed_at is not None:
        raise InvalidInput({"organization_id": "organization_closed"})
    before = values_of(person)
    person.disabled_at = None
    record_change_of(session, person, JournalAct.ENABLE, before, actor=actor, now=now, reason=reason)
    return person
