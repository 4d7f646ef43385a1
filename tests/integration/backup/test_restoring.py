"""An office restored elsewhere is the same office: rows, files and proof; and it sends nothing that had been sent."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from service.alerts.hold.hold import hold_in_force
from service.alerts.hold.releasing import release, waiting_to_be_sent
from service.audit.checkpoints import BOOKS, EVENTS, checkpoint
from service.audit.notes.keys import public_file
from service.backup import restoring
from service.backup.making import make_backup
from service.backup.restoring import restore
from service.errors import Conflict
from service.findings.feed import list_events
from service.findings.sweep import sweep
from service.models import Base, Event, Finding, Heartbeat, JournalEntry, SecurityEntry, Token
from service.statistics.tallies import differences
from service.store import clock
from service.store.db import sessions
from tests.build.backed_up import SECRET, Office, faults_of, files_of, opened
from tests.fakes.recording_channel import RecordingChannel, drain
from workflows.findings.facts import OPERATOR, Actor
from workflows.journal import JournalAct
from workflows.security import SecurityKind
from workflows.vocabulary import Role

ON_BOTH = pytest.mark.parametrize("office", ["sqlite", "postgresql"], indirect=True)
HOUR = timedelta(hours=1)
CHANGED_BY_A_RESTORE = {"journal", "security_log", "heartbeats", "alarms", "watch_notes"}


@pytest.fixture(scope="module")
def backup(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backups") / "office.backup"
    make_backup(office.settings, path, now=office.world.clock.at + HOUR, secret=SECRET)
    return path


@pytest.fixture
def restored(office: Office, backup: Path, tmp_path: Path) -> Iterator[Session]:
    settings = office.empty(tmp_path)
    restore(settings, backup, secret=SECRET)
    engine = opened(settings)
    with closing(sessions(engine)()) as session:
        yield session
    engine.dispose()


def counts(session: Session) -> dict[str, int]:
    tables = (table for name, table in Base.metadata.tables.items() if name not in CHANGED_BY_A_RESTORE)
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@ON_BOTH
def test_rows_files_and_proof_are_as_they_were(office: Office, backup: Path, tmp_path: Path) -> None:
    settings = replace(office.empty(tmp_path), secret_key="another key of another machine, long enough")
    restore(settings, backup, secret=SECRET)
    assert faults_of(settings) == []
    assert files_of(settings) == files_of(office.settings)
    engine = opened(settings)
    with sessions(engine)() as session, office.world.session() as before:
        assert counts(session) == counts(before)
        assert differences(session) == 0, "triggers count nothing twice"
        newest = session.scalars(select(SecurityEntry).order_by(SecurityEntry.position.desc())).first()
        assert newest is not None
        assert (newest.kind, newest.data["act"]) == (SecurityKind.UPKEEP, JournalAct.RESTORE)
        assert session.scalar(select(func.count()).select_from(Heartbeat)) == 0
        valid = select(func.count()).where(Token.revoked_at.is_(None))
        assert before.scalar(valid)
        assert session.scalar(valid) == 0
    engine.dispose()
    keys = [public_file(one.checkpoint_key).read_text() for one in (settings, office.settings)]
    assert keys[0] == keys[1]
    assert not settings.checkpoint_key.exists(), "a secret key is not in a backup unless it is asked for"
    assert {file.name for file in settings.data_dir.iterdir()} <= {
        *("duban.db", "evidence", "documents", "templates", "words.toml", "checkpoint.key.pub"),
    }, "nothing else is left over"


@ON_BOTH
def test_nothing_is_sent_until_it_is_said_what_had_been_sent(office: Office, restored: Session) -> None:
    channel, engine = RecordingChannel(), restored.get_bind()
    held = hold_in_force(restored)
    assert held
    assert held.cause is JournalAct.RESTORE
    waiting = waiting_to_be_sent(restored)
    assert waiting
    later = office.world.clock.at + HOUR
    while sweep(restored, now=later).findings:  # the clock runs on: what it writes waits as well
        restored.commit()
    restored.commit()
    assert drain(engine, channel, at=later).tried == 0  # type: ignore[arg-type]  # it is an engine
    now = clock.now(restored)
    released = release(restored, sent_until=later, actor=OPERATOR, now=now)
    restored.commit()
    assert released.counted_as_sent >= waiting
    drain(engine, channel, at=now + HOUR)  # type: ignore[arg-type]
    assert len(channel.carried) <= released.to_be_sent
    assert channel.opened == (1 if channel.carried else 0)


@ON_BOTH
def test_the_record_goes_on_behind_what_was_restored(office: Office, restored: Session) -> None:
    """Another server counts its transactions from its own beginning: readers and checkpoints must not notice."""
    cursor = list_events(restored, actor=Actor(Role.LEADERSHIP), after=None, limit=10_000)
    assert cursor.items
    office_rows = restored.scalars(select(Finding).where(Finding.state == "found").limit(1)).one()
    last = restored.scalar(select(func.max(Event.transaction_id)))
    restored.commit()
    office_rows.next_action_at = clock.now(restored)
    restored.commit()
    assert sweep(restored, now=clock.now(restored) + timedelta(days=3)).events
    restored.commit()
    newest = restored.scalars(select(Event).order_by(Event.serial.desc()).limit(1)).one()
    assert newest.transaction_id >= (last or 0)
    restored.commit()
    after = list_events(restored, actor=Actor(Role.LEADERSHIP), after=cursor.next_cursor, limit=10_000)
    assert newest.id in [event.id for event, _ in after.items]
    for book in BOOKS:
        assert checkpoint(restored, now=clock.now(restored), book=book) is not None or book is not EVENTS
    restored.commit()


def test_tokens_hold_on_where_that_is_wanted(office: Office, backup: Path, tmp_path: Path) -> None:
    settings = office.empty(tmp_path)
    assert restore(settings, backup, secret=SECRET, keep_tokens=True).ended == 0
    engine = opened(settings)
    with sessions(engine)() as session:
        assert session.scalar(select(func.count()).where(Token.revoked_at.is_(None)))
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == JournalAct.RESTORE)).one()
        assert entry.data["made_at"].endswith("+00:00")
    engine.dispose()


@pytest.mark.parametrize("there", ["evidence", "words.toml", "duban.db"])
def test_a_folder_with_anything_in_it_is_refused(office: Office, backup: Path, tmp_path: Path, there: str) -> None:
    settings = office.empty(tmp_path)
    (settings.data_dir / there).touch()
    with pytest.raises(Conflict, match="restore_not_empty"):
        restore(settings, backup, secret=SECRET)
    assert [file.name for file in settings.data_dir.iterdir()] == [there]


def test_a_backup_of_another_kind_of_database_or_a_newer_program_is_refused(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    settings = office.empty(tmp_path)
    with pytest.raises(Conflict, match="backup_other_database"):
        restore(replace(settings, database_url="postgresql://nobody@nowhere/duban"), backup, secret=SECRET)
    newer = tmp_path / "newer.backup"
    newer.write_bytes(backup.read_bytes().replace(b'"schema": "', b'"schema": "9', 1))
    with pytest.raises(Conflict, match="backup_newer"):
        restore(settings, newer, secret=SECRET)
    assert list(settings.data_dir.iterdir()) == []


def test_what_is_damaged_writes_nothing(office: Office, backup: Path, tmp_path: Path) -> None:
    settings, bad = office.empty(tmp_path), tmp_path / "bad.backup"
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    bad.write_bytes(content)
    with pytest.raises(Conflict, match="backup_damaged"):
        restore(settings, bad, secret=SECRET)
    assert list(settings.data_dir.iterdir()) == []


@ON_BOTH
def test_a_restore_that_fails_leaves_the_place_empty(
    office: Office, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(restoring, "record_of_sending", fail)
    settings = office.empty(tmp_path)
    with pytest.raises(OSError, match="no room"):
        restore(settings, backup, secret=SECRET)
    assert list(settings.data_dir.iterdir()) == []
    engine = opened(settings)
    if engine.dialect.name == "postgresql":
        assert inspect(engine).get_table_names() == []
    engine.dispose()
