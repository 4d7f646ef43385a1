"""Whether anything can be written, whether what was written can still be read, and whether the clocks agree."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, make_url, select
from sqlalchemy.orm import Session

from service.backup.record import last_backup
from service.doctor.check import Check, fault, ok, warning
from service.models import Person
from service.store import clock
from service.store.sqlite import damage_of
from service.store.writing import why_not_written
from service.wording import sentence

ASUNDER = timedelta(seconds=10)
BACKED_UP_WITHIN = timedelta(days=2)


def check_storage(engine: Engine, folder: Path) -> Check:
    """Whether database and data folder can be written: tries it."""
    why = why_not_written(engine, folder)
    if why is None:
        return ok("storage")
    return fault("storage", error=lambda language: sentence(why, language, path=str(folder), error="—"))


def check_integrity(engine: Engine, *, within: float) -> Check:
    """Whether the pages of an SQLite file are whole, looked at for so many seconds; not on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return ok("integrity")
    damage = damage_of(Path(str(make_url(engine.url).database)), within=within)
    return fault("integrity", error=damage) if damage else ok("integrity")


def check_backup(session: Session, *, now: datetime) -> Check:
    """Whether the last backup on record is recent; a new office has two days for its first."""
    last = last_backup(session)
    since = last.at if last else session.scalar(select(func.min(Person.created_at)))
    if since is None or now - since <= BACKED_UP_WITHIN:
        return ok("backup")
    days = (now - since).days
    return warning("backup", count=days, which=[last.file]) if last else warning("no_backup", count=days)


def check_clock(session: Session) -> Check:
    """Whether this host's clock agrees with the database's, by which everything goes."""
    apart = abs(clock.of_host() - clock.now(session))
    return warning("clock", seconds=int(apart.total_seconds())) if apart > ASUNDER else ok("clock")
