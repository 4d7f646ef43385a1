"""Whom no message reaches: administrators hear of it, and the next above of whoever has a part in a deadline, once."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.alerts.given_up import REMEMBERED
from service.alerts.leases import LeasedDelivery
from service.models import Alert, Delivery, Finding, Message, Organization, Person
from service.records.journal import NewEntry, record_entries
from service.records.recipients import Directory, Recipient
from service.rounds.vacancies import Vacancies, can_sign_in, holds
from workflows.findings.sides import with_stand_ins
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Addressee, Role, State

NEXT_ABOVE: Mapping[Role, Addressee] = MappingProxyType(
    {
        Role.UNIVERSITY: Addressee.DISTRICT,
        Role.DISTRICT: Addressee.TEAM,
        Role.INSPECTOR: Addressee.RESPONSIBLE_LEADER,
        Role.TEAM_HEAD: Addressee.RESPONSIBLE_LEADER,
        Role.LEADER: Addressee.LEADERSHIP,
    }
)
PLACES = 20  # of one message that are looked at: enough to find whoever is above


def tell_of_unreached(session: Session, lease: LeasedDelivery, *, now: datetime) -> None:
    """Tell who has to know that a delivery was given up just now; of one person once within 14 days.

    They hear which organization it is in, and neither name, address nor text: those are the administrator's to read.
    """
    delivery = session.get_one(Delivery, lease.id, populate_existing=True)
    if delivery.given_up_at != now:
        return
    person = session.scalars(select(Person).join(Message).where(Message.id == lease.message_id)).one()
    # its chain is locked; two that are given up at once look for each other one after the other
    read_in = _read_in(session, person, lease.message_id)
    houses = select(Organization).where(Organization.id.in_((person.organization_id, read_in)))
    organization = {one.id: one for one in session.scalars(houses.order_by(Organization.id).with_for_update())}[read_in]
    if _was_told(session, person, lease, now):
        return
    entry = NewEntry(
        subject_kind=SubjectKind.ORGANIZATION,
        subject_id=organization.id,
        organization_id=organization.id,
        district_id=organization.district_id,  # by which those above may read it
        act=JournalAct.CHANGE,
        step="unreached",
        people=[one for one in _recipients(session, person, lease.message_id) if one.id != person.id],
    )
    record_entries(session, [entry], now=now)


def _read_in(session: Session, person: Person, message_id: str) -> str:
    """The id of the organization in whose post the person would have read the message."""
    roles = session.scalars(select(Alert.role).where(Alert.message_id == message_id).distinct()).all()
    read_in = (post.organization_id for post in person.posts if post.role in roles and post.role in NEXT_ABOVE)
    return person.organization_id if person.role in roles else next(read_in, person.organization_id)


def _was_told(session: Session, person: Person, lease: LeasedDelivery, now: datetime) -> bool:
    """Whether another delivery to the person had been given up before."""
    others = (
        select(Delivery.id)
        .join(Message, Delivery.message_id == Message.id)
        .where(Message.person_id == person.id, Delivery.id != lease.id, Delivery.channel == lease.channel)
        .where(Delivery.given_up_at >= now - REMEMBERED)
    )
    return session.scalar(others.limit(1)) is not None


def _recipients(session: Session, person: Person, message_id: str) -> Iterator[Recipient]:
    """The administrators, then whoever is above the person around the open findings of the message."""
    administrators = select(Person.id).where(can_sign_in(), holds((Role.ADMIN,))).order_by(Person.id)
    yield from (Recipient(id_, Role.ADMIN) for id_ in session.scalars(administrators))
    read_in = func.coalesce(Alert.role, person.role, type_=Person.role.type).label("read_in")  # one of the posts
    places = (
        select(Finding.round_id, Finding.district_id, Finding.organization_id, read_in)
        .join(Alert, Alert.finding_id == Finding.id)
        .where(Alert.message_id == message_id, read_in.in_(list(NEXT_ABOVE)))
        .where(Finding.state != State.VERIFIED, Finding.voided_at.is_(None))
        .distinct()
        .limit(PLACES)
    )
    rows = [{**row, "id": None} for row in session.execute(places).mappings()]
    directory, vacant = Directory(session, rows), Vacancies(session)
    for row in rows:
        above = with_stand_ins((NEXT_ABOVE[row["read_in"]],), vacant.around(row["round_id"], row["district_id"]))
        yield from directory.hear(row, above)
