"""Alarms: what checks have found, kept from one look to the next, and when administrators hear of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.doctor.check import Check, Status
from service.models import Alarm

SEEN_FOR = timedelta(seconds=8)  # before it is told: a single look may fall into a moment that passes
SETTLED_AFTER = timedelta(minutes=1)  # without the trouble, before its end is told
QUIET_FOR = timedelta(minutes=10)  # what comes back soon after its end is told again no sooner
AGAIN_AFTER = {Status.FAULT: timedelta(hours=4), Status.WARNING: timedelta(days=1)}
FORGOTTEN_AFTER = timedelta(hours=1)  # after its end
LANGUAGES = ("zh", "en")


def note_checks(session: Session, checks: Iterable[Check], *, now: datetime) -> None:
    """Raise an alarm for what a check found, and end those whose check finds nothing any more."""
    alarms = {alarm.name: alarm for alarm in session.scalars(select(Alarm)).all()}
    for check in checks:
        alarm = alarms.get(check.name)
        if check.status is not Status.OK:
            _raise(session, alarm, check, now)
        elif alarm is not None:
            alarm.over_at = alarm.over_at or now
            if _is_settled(alarm) and now - alarm.over_at > FORGOTTEN_AFTER:
                session.delete(alarm)
    session.flush()


def untold(session: Session, *, now: datetime) -> Sequence[Alarm]:
    """The alarms of which administrators are to hear now: new, worse, still there after a long while, or over."""
    return [alarm for alarm in session.scalars(select(Alarm).order_by(Alarm.since, Alarm.name)) if _is_due(alarm, now)]


def mark_told(alarms: Iterable[Alarm], *, now: datetime) -> None:
    """Note that administrators have heard of them as they are."""
    for alarm in alarms:
        alarm.told_at, alarm.told_status = now, Status.OK if alarm.over_at else alarm.status


def _raise(session: Session, alarm: Alarm | None, check: Check, now: datetime) -> None:
    words = {language: check.sentence(language) for language in LANGUAGES}
    if alarm is None:
        session.add(Alarm(name=check.name, status=check.status, words=words, since=now, seen_at=now))
        return
    if alarm.over_at and _is_settled(alarm):
        alarm.since = now
    alarm.status, alarm.words, alarm.seen_at, alarm.over_at = check.status, words, now, None


def _is_settled(alarm: Alarm) -> bool:
    """Whether administrators think that all is well."""
    return alarm.told_status in (None, Status.OK)


def _is_due(alarm: Alarm, now: datetime) -> bool:
    told_at, told = alarm.told_at, alarm.told_status
    if alarm.over_at:
        return not _is_settled(alarm) and abs(now - alarm.over_at) >= SETTLED_AFTER
    if abs(now - alarm.since) < SEEN_FOR:  # of the future, where the clock was set back since
        return False
    if told_at is None:
        return True
    if told == Status.OK:
        return abs(now - told_at) >= QUIET_FOR
    worse = alarm.status == Status.FAULT and told == Status.WARNING
    return worse or abs(now - told_at) >= AGAIN_AFTER[Status(alarm.status)]
