"""One look after the other at the installation: what is found becomes alarms, of which administrators hear by mail."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from service.alerts.channels.transport import Channel
from service.alerts.hold.hold import hold_in_force
from service.doctor.check import Check, Status, fault, ok
from service.doctor.doctor import watched_checks
from service.doctor.storage import check_integrity, check_storage
from service.doctor.watchdog.alarm_mail import Administrator, Trouble, administrators, send_alarms, trouble_of
from service.doctor.watchdog.alarms import AGAIN_AFTER, mark_told, note_checks, untold
from service.doctor.watchdog.chains import look_at_chains
from service.doctor.watchdog.holder import leave_watch, may_watch, take_watch
from service.doctor.watchdog.timers import mend_timers
from service.errors import Unavailable
from service.models import Alarm, new_id
from service.people.organizations import centre_name
from service.settings import Settings
from service.store import clock
from service.store.db import is_lost, unavailable_when_lost
from service.store.schema import require_current
from service.wording import sentence

CHAINS_EVERY = timedelta(minutes=1)
PAGES_EVERY, PAGES_WITHIN = timedelta(minutes=30), 20.0  # seconds at the pages of an SQLite file
LOST_FOR = timedelta(seconds=25)  # before the loss of the database itself is told
# Without a look for so long the database was away, or this host slept: for a while nobody's silence says anything.
GAP, SETTLING = timedelta(seconds=25), timedelta(seconds=40)

_log = structlog.get_logger()


@dataclass(slots=True)
class Watchdog:
    """What one process needs to watch, and what it remembers for the time when the database is away."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    channels: Sequence[Channel]
    stands_by: bool = False  # it has other work, and watches only while no process does that is there for it
    id: str = field(default_factory=new_id)
    watches: bool = False
    told_to: list[Administrator] = field(default_factory=list)
    office: str | None = None
    held: bool = False  # a restored office mails nobody: the one that it was made from may be at work
    chains_at: datetime | None = None
    pages_at: datetime | None = None
    lost: Trouble | None = None
    lost_told_at: datetime | None = None
    looked_at: datetime | None = None  # by the host's clock, as the next
    settles_until: datetime | None = None
    logged: set[tuple[str, str]] = field(default_factory=set)  # name and phase of what waits to be told

    def look(self) -> bool:
        """Look once, unless another process watches; whether this one does. Never raises for a lost database."""
        self._note_gap(clock.of_host())
        try:
            with unavailable_when_lost():
                require_current(self.engine)
                with self.sessions.begin() as session:
                    now = clock.now(session)
                    watches = take_watch(session, self.id, stands_by=self.stands_by, now=now)
                self.watches = watches  # a full disk shows at the commit
                if watches:
                    self._look_around(now)
                self.looked_at = clock.of_host()
        except Unavailable as error:
            self._tell_of_loss(error)
        else:
            self._tell_of_return()
        return self.watches

    def leave(self) -> None:
        """Let another process take over at once."""
        with unavailable_when_lost(), self.sessions.begin() as session:
            leave_watch(session, self.id, now=clock.now(session))

    def _note_gap(self, now: datetime) -> None:
        if self.looked_at is not None and abs(now - self.looked_at) > GAP:
            self.settles_until = now + SETTLING

    def _is_settling(self, now: datetime) -> bool:
        until = self.settles_until
        return until is not None and timedelta(0) < until - now <= SETTLING

    def _look_around(self, now: datetime) -> None:
        failed: list[str] = []
        self._try("timers", lambda: mend_timers(self.sessions, self.readers, now=now), failed)
        if self.chains_at is None or now - self.chains_at >= CHAINS_EVERY:
            self.chains_at = now
            self._try("chains", lambda: look_at_chains(self.sessions, self.readers, now=now), failed)
        checks = [check_storage(self.engine, self.settings.data_dir)]
        if self.pages_at is None or now - self.pages_at >= PAGES_EVERY:
            self.pages_at = now
            self._try("integrity", lambda: checks.append(check_integrity(self.engine, within=PAGES_WITHIN)), failed)
        for name, look in watched_checks().items():
            self._try(name, lambda look=look: checks.append(self._looked(look, now)), failed)  # type: ignore[misc]
        checks.append(fault("watch", which=failed) if failed else ok("watch"))
        if not self._is_settling(clock.of_host()):
            self._tell(checks, now)

    def _looked(self, look: Callable[[Session, datetime], Check], now: datetime) -> Check:
        with self.readers.begin() as session:
            return look(session, now)

    def _try(self, name: str, work: Callable[[], object], failed: list[str]) -> None:
        """Do a part of the look; one that fails must not keep the others from theirs, and is told of itself."""
        try:
            work()
        except Exception as error:  # whatever it is, the rest is looked at
            if is_lost(error):
                raise
            _log.exception("look_failed", at=name)
            failed.append(name)

    def _tell(self, checks: Sequence[Check], now: datetime) -> None:
        with self.sessions.begin() as session:
            note_checks(session, checks, now=now)
            alarms = untold(session, now=now)
            names, troubles = [alarm.name for alarm in alarms], [trouble_of(alarm) for alarm in alarms]
            self._learn_whom_to_tell(session)
        if troubles and self._send(troubles, now):
            with self.sessions.begin() as session:
                mark_told(session.scalars(select(Alarm).where(Alarm.name.in_(names))).all(), now=now)

    def _send(self, troubles: Sequence[Trouble], now: datetime) -> bool:
        for trouble in troubles:
            if trouble[:2] not in self.logged:  # once, however often the mail is tried
                say = _log.info if trouble.phase == "over" else _log.error
                say("alarm", name=trouble.name, phase=trouble.phase, words=trouble.words["en"])
        told = not self.held and send_alarms(self.channels, self.told_to, troubles, office=self.office, now=now)
        self.logged = set() if told else {trouble[:2] for trouble in troubles}
        return told

    def _tell_of_loss(self, error: Unavailable) -> None:
        """The database cannot be asked who watches: the one that did so last tells of it, from what it remembers."""
        now = clock.of_host()
        if error.code == "database_busy" or not (self.watches or self._begins_unwritten()):
            return
        _log.error("database_lost", code=error.code, cause=str(error.__cause__))
        words = {language: sentence(error.code, language) for language in ("zh", "en")}
        self.lost = Trouble("database", "raised", words, self.lost.since if self.lost else now)
        recently = self.lost_told_at is not None and now - self.lost_told_at < AGAIN_AFTER[Status.FAULT]
        if now - self.lost.since >= LOST_FOR and not recently and self._send([self.lost], now):
            self.lost_told_at = now

    def _begins_unwritten(self) -> bool:
        """Whether this process began when nothing could be written, and nobody else watches."""
        if self.stands_by or self.looked_at is not None:
            return False
        with suppress(Unavailable), unavailable_when_lost(), self.readers.begin() as session:
            self.watches = may_watch(session, self.id, now=clock.now(session))
            self._learn_whom_to_tell(session)
        return self.watches

    def _learn_whom_to_tell(self, session: Session) -> None:
        self.told_to, self.office = administrators(session), centre_name(session)
        self.held = hold_in_force(session) is not None

    def _tell_of_return(self) -> None:
        if self.lost and self.lost_told_at and not self._send([self.lost._replace(phase="over")], clock.of_host()):
            return  # the next look tells
        self.lost = self.lost_told_at = None
