"""The mail about alarms: to every administrator at once and past every queue, for the queue may be the trouble."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.channels.transport import Channel, ChannelDown, OutgoingMessage, PermanentFailure, TemporaryFailure
from service.doctor.check import Status
from service.models import Alarm, Person
from service.people.addresses import ADDRESSES, MAIL
from service.rounds.vacancies import holds
from service.wording import written
from workflows.vocabulary import Role

_log = structlog.get_logger()


class Administrator(NamedTuple):
    """Who is told; kept by the watchdog, for the database may be the trouble."""

    name: str
    email: str
    language: str


class Trouble(NamedTuple):
    """One thing to tell of: its check's name, `raised`, `again` or `over`, its words by language, and since when."""

    name: str
    phase: str
    words: dict[str, str]
    since: datetime


def administrators(session: Session) -> list[Administrator]:
    """Those who can be sent mail, in the order in which they came."""
    query = select(Person.name, Person.email, Person.language).where(
        Person.disabled_at.is_(None), Person.email.is_not(None), holds((Role.ADMIN,))
    )
    form, rows = ADDRESSES[MAIL].form, session.execute(query.order_by(Person.created_at, Person.id))
    return [Administrator(name, email, language) for name, email, language in rows if email and form.fullmatch(email)]


def trouble_of(alarm: Alarm) -> Trouble:
    """What is told of an alarm as it is now."""
    told_before = alarm.told_status not in (None, Status.OK)
    phase = "over" if alarm.over_at else "again" if told_before and alarm.told_status == alarm.status else "raised"
    return Trouble(alarm.name, phase, alarm.words, alarm.since)


def send_alarms(
    channels: Sequence[Channel],
    to: Sequence[Administrator],
    troubles: Sequence[Trouble],
    *,
    office: str | None,
    now: datetime,
) -> bool:
    """One mail to each about all of it; whether it is told: not while nobody has an address or no server takes mail.

    Sent twice, for instance by two watchdogs of which one was stopped meanwhile, it is the same mail.
    """
    channel = next(channel for channel in channels if channel.name == MAIL)
    told = False
    if not to:
        return told
    try:
        with channel.open() as connection:
            for one in to:
                try:
                    connection.send(_message(one, troubles, office, now))
                    connection.flush()
                    told = True
                except (PermanentFailure, TemporaryFailure) as error:
                    _log.error("alarm_not_taken", to=one.email, error=str(error))
                    told = told or isinstance(error, PermanentFailure)
    except ChannelDown as error:
        _log.error("alarm_not_sent", error=str(error))
        return False
    return told


def _message(one: Administrator, troubles: Sequence[Trouble], office: str | None, now: datetime) -> OutgoingMessage:
    language = one.language
    lines = [
        written("alarms", trouble.phase, language, sentence=trouble.words[language], since=trouble.since)
        for trouble in troubles
    ]
    opening, closing = (written("alarms", place, language) for place in ("opening", "closing"))
    over = all(trouble.phase == "over" for trouble in troubles)
    same = "|".join(f"{trouble.name} {trouble.phase} {trouble.since.isoformat()}" for trouble in troubles)
    return OutgoingMessage(
        id=str(uuid5(NAMESPACE_URL, f"{one.email}|{same}|{now:%Y%m%d%H}")),
        to=one.email,
        to_name=one.name,
        sender_name=office or written("letters", "office", language),
        language=language,
        subject=written("alarms", "subject_over" if over else "subject", language, count=len(troubles)),
        body="\n\n".join([opening, *lines, closing]) + "\n",
        created_at=now,
    )
