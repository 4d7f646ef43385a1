"""An office made of a backup, in an empty place; it is held, for what it has as waiting may have been sent since."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, inspect, make_url, select, update
from sqlalchemy.orm import Session, sessionmaker

from service.alerts.hold.hold import record_of_sending
from service.audit.digests import take_over_rows
from service.backup.archive import Member, reading
from service.backup.checking import checked
from service.backup.database import postgresql, sqlite
from service.backup.head import Head, head_of
from service.backup.office_files import OWN, STORES, place_of, store_of
from service.errors import Conflict
from service.files.store import write_private
from service.models import Alarm, Heartbeat, Token, WatchNote
from service.settings import Settings
from service.store import clock
from service.store.advisory_locks import AdvisoryLock
from service.store.db import connect
from service.store.rows_on_record.digests import keep_rows_on_record
from service.store.schema import is_known, move_to
from service.store.watch_notes import HOLDER
from workflows.findings.facts import OPERATOR
from workflows.journal import JournalAct

MAY_BE_THERE = ("secret.key", "checkpoint.key", "checkpoint.key.pub", "lost+found")  # in an empty data folder
PRIVATE = 0o700


class Restored(NamedTuple):
    """What an office was made of."""

    head: Head
    manifest: dict[str, Any]
    ended: int  # tokens


def restore(settings: Settings, path: Path, *, secret: str | None = None, keep_tokens: bool = False) -> Restored:
    """Make the office of a backup, all or nothing, brought to this program's schema and held.

    Everything is checked before anything is written. Conflict: the codes of `checked`, `backup_newer`,
    `backup_other_database`, `restore_not_empty`. All tokens end unless they are to be kept.
    """
    head = head_of(path)
    database = make_url(settings.database_url).get_backend_name()
    if not is_known(head.schema):
        raise Conflict("backup_newer")
    if head.database != database:
        raise Conflict("backup_other_database", database=head.database)
    _require_empty_folder(settings, path)
    head, manifest = checked(path, secret, room=settings.data_dir)
    with _undone_on_failure(settings):
        _put_files(settings, path, secret)
        put = _put_sqlite if database == "sqlite" else _put_postgresql
        ended = put(settings, path, secret, head, keep_tokens=keep_tokens)
    return Restored(head, manifest, ended)


def _require_empty_folder(settings: Settings, backup: Path) -> None:
    places = [place for place in settings.data_dir.iterdir() if place.name not in MAY_BE_THERE]
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        places += [file for file in [Path(str(make_url(settings.database_url).database))] if file.exists()]
    for place in places:
        if place.resolve() != backup.resolve():
            raise Conflict("restore_not_empty", place=str(place))


@contextmanager
def _undone_on_failure(settings: Settings) -> Iterator[None]:
    """Leave the data folder as empty as it was, should anything fail."""
    before = set(settings.data_dir.iterdir())
    try:
        yield
    except BaseException:
        for place in set(settings.data_dir.iterdir()) - before:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        raise


def _put_files(settings: Settings, path: Path, secret: str | None) -> None:
    stores = {name: store_of(settings, name) for name in STORES}
    with path.open("rb") as file, reading(file, secret) as archive:
        for member in archive:
            folder, _, name = member.name.partition("/")
            if folder in stores:
                stores[folder].put(member.stream)  # type: ignore[arg-type]  # it is only read
            elif member.name.startswith(OWN):
                _put_own(settings, name, member)


def _put_own(settings: Settings, name: str, member: Member) -> None:
    """A key that is there already is the one that was meant to be."""
    place = place_of(settings, name)
    place.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if not place.exists():
        write_private(place, member.stream.read())
    elif name.endswith(".pub"):  # the keys before still hold
        lines = [*place.read_text("ascii").splitlines(), *member.stream.read().decode("ascii").splitlines()]
        place.write_text("".join(f"{line}\n" for line in dict.fromkeys(lines)), "ascii")


def _put_sqlite(settings: Settings, path: Path, secret: str | None, head: Head, *, keep_tokens: bool) -> int:
    file = Path(str(make_url(settings.database_url).database))
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with ExitStack() as opened:
        for name in ("", "-wal", "-shm"):
            opened.callback(draft.with_name(draft.name + name).unlink, missing_ok=True)
        with path.open("rb") as source, reading(source, secret) as archive:
            member = next(member for member in archive if member.name == sqlite.MEMBER)
            sqlite.take_out(member.stream, draft)
        engine = connect(f"sqlite:///{draft}", upgrading=True)
        opened.callback(engine.dispose)
        with engine.begin() as connection:
            ended = _settle(connection, head, keep_tokens=keep_tokens)
        engine.dispose()  # the last to leave folds the log into the file
        draft.rename(file)
    return ended


def _put_postgresql(settings: Settings, path: Path, secret: str | None, head: Head, *, keep_tokens: bool) -> int:
    engine = connect(settings.database_url, upgrading=True)
    try:
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(AdvisoryLock.UPGRADE)))
            for table in inspect(connection).get_table_names():
                raise Conflict("restore_not_empty", place=table)
            move_to(connection, head.schema)
            with path.open("rb") as source, reading(source, secret) as archive:
                postgresql.fill(connection, _of_database(archive))
            postgresql.count_on(connection)
            return _settle(connection, head, keep_tokens=keep_tokens)
    finally:
        engine.dispose()


def _of_database(archive: Any) -> Iterator[Member]:
    for member in archive:
        if not member.name.startswith(postgresql.FOLDER):
            return
        yield member


def _settle(connection: Connection, head: Head, *, keep_tokens: bool) -> int:
    """Bring it to this program's schema, hold it, and end what belongs to the processes and sign-ins of before."""
    move_to(connection)
    maker = sessionmaker(bind=connection, expire_on_commit=False)
    keep_rows_on_record(maker)
    with maker() as session:
        now = clock.now(session)
        take_over_rows(session, now=now)
        data = {"made_at": head.made_at, "version": head.version, "schema": head.schema}
        record_of_sending(session, JournalAct.RESTORE, actor=OPERATOR, now=now, data=data)
        session.execute(delete(Heartbeat))
        session.execute(delete(Alarm))
        session.execute(delete(WatchNote).where(WatchNote.task == HOLDER))
        ended = 0 if keep_tokens else _end_tokens(session, now)
        session.commit()
    return ended


def _end_tokens(session: Session, now: datetime) -> int:
    valid = select(func.count()).select_from(Token).where(Token.revoked_at.is_(None), Token.expires_at > now)
    number = session.scalar(valid) or 0
    session.execute(update(Token).where(Token.revoked_at.is_(None)).values(revoked_at=now))
    return number
