"""The timetable signs and exports, the command line and the doctor say whether that holds."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, text

from cli.main import main
from service.audit.checkpoints import EVENTS, MOST, checkpoint
from service.audit.notes.keys import create_key
from service.doctor.check import Status
from service.doctor.notes import NotePlaces, check_notes
from service.models import Checkpoint, Event, Finding, SignedCheckpoint
from service.settings import load_settings
from service.store import clock
from tests.build.event_rows import make_event
from tests.worlds.books import build_town, make_finding
from workers.jobs import next_seal_at
from workers.notes import NoteKeeper, keep_notes
from workers.resources import Resources, open_resources
from workflows.vocabulary import Move


class Office:
    """An installation on SQLite, its timetable's signing, and what is said of it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.environ = {"DUBAN_DATABASE_URL": url, "DUBAN_DATA_DIR": str(folder / "data")}
        self.settings = load_settings(self.environ)
        self.resources: Resources = open_resources(self.settings)
        with self.resources.sessions() as session:
            make_finding(session, build_town(session))
            session.commit()

    def happens(self) -> None:
        """An event, under a checkpoint."""
        with self.resources.sessions.begin() as session:
            make_event(session, session.scalars(select(Finding)).one(), Move.REMIND)
        with self.resources.sessions.begin() as session:
            checkpoint(session, now=clock.now(session))

    def ails(self, *, after: timedelta = timedelta(hours=1)) -> dict[str, Status]:
        """What the doctor would not find well in an hour."""
        places = NotePlaces(self.settings.checkpoint_key, self.settings.checkpoint_dir)
        with self.resources.readers() as session:
            checks = list(check_notes(session, places, now=clock.now(session) + after))
        assert all(check.sentence(language) for check in checks for language in ("zh", "en"))
        return {check.name: check.status for check in checks if check.status is not Status.OK}

    def notes(self) -> list[str]:
        with self.resources.readers() as session:
            return list(session.scalars(select(SignedCheckpoint.text).order_by(SignedCheckpoint.serial)))

    def run(self, *words: str, expect: int = 0) -> str:
        result = CliRunner().invoke(main, ["audit", *words], env=self.environ)
        assert result.exit_code == expect, result.output
        return result.output


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Office:
    return Office(sqlite_url, tmp_path)


def test_without_a_key_nothing_is_signed_and_the_doctor_says_so(office: Office) -> None:
    office.happens()
    keep_notes(office.resources)
    assert office.notes() == []
    assert office.ails() == {"signing": Status.WARNING}
    assert "audit key --create" in office.run("key", expect=1)
    assert office.run("key", "--create").startswith("duban+")
    keep_notes(office.resources)
    assert len(office.notes()) == 1
    assert office.ails() == {}


def test_each_note_is_signed_and_exported_once_and_the_command_line_checks_it(office: Office, tmp_path: Path) -> None:
    public = office.run("key", "--create").splitlines()[0]
    for _ in range(2):
        office.happens()
        keep_notes(office.resources)
        keep_notes(office.resources)
    (file,) = office.settings.checkpoint_dir.iterdir()
    assert file.read_text() == "".join(f"{note}\n" for note in office.notes())
    assert "2 份" in office.run("verify")
    elsewhere = shutil.copytree(office.settings.checkpoint_dir, tmp_path / "elsewhere")
    assert "2 份" in office.run("verify", "--against", str(elsewhere), "--key", public)
    other = create_key(tmp_path / "other.key").public
    said = office.run("verify", "--against", str(elsewhere), "--key", str(tmp_path / "other.key.pub"), expect=1)
    assert "不是所给公钥对应的密钥" in said
    assert other.id not in said
    assert "does not hold" in _tampered(office, elsewhere)
    office.settings.checkpoint_key.unlink()
    office.settings.checkpoint_key.with_name("checkpoint.key.pub").unlink()
    assert "没有公钥" in office.run("verify", expect=1)
    assert "没有签名校验点" in office.run("verify", "--against", str(tmp_path / "data" / "secret.key"), expect=1)


def _tampered(office: Office, elsewhere: Path) -> str:
    (file,) = elsewhere.iterdir()
    file.write_text(file.read_text().replace("events 2", "events 3"))
    return office.run("verify", "--against", str(file), expect=1)


def test_a_database_that_was_rolled_back_signs_nothing_more_and_both_say_so(office: Office) -> None:
    create_key(office.settings.checkpoint_key)
    office.happens()
    keep_notes(office.resources)
    with office.resources.sessions.begin() as session:  # as an older copy would be
        for table in ("checkpoints", "signed_checkpoints"):
            for act in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER {table}_refuse_{act}"))
        session.execute(delete(Checkpoint))
        session.execute(delete(SignedCheckpoint))
    assert office.ails() == {"rollback": Status.FAULT}
    keeper = NoteKeeper()
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            keeper(office.resources)
    assert [line["event"] for line in lines] == ["checkpoints_not_exported"], "once, not every five seconds"
    assert office.notes() == []
    assert "被退回旧版" in office.run("verify", expect=1)
    office.settings.checkpoint_dir.rename(office.settings.checkpoint_dir.with_name("before-the-restore"))
    office.happens()
    keeper(office.resources)
    assert len(office.notes()) == 1, "whoever restored it on purpose puts the old notes away, and goes on"


def test_an_export_that_fails_is_noticed_and_caught_up_with(office: Office) -> None:
    create_key(office.settings.checkpoint_key)
    office.settings.checkpoint_dir.mkdir()
    office.happens()
    shutil.rmtree(office.settings.checkpoint_dir)
    office.settings.checkpoint_dir.write_text("in the way")
    NoteKeeper()(office.resources)
    assert len(office.notes()) == 1
    assert office.ails() == {"export": Status.WARNING}
    office.settings.checkpoint_dir.unlink()
    keep_notes(office.resources)
    assert office.ails() == {}


def test_a_key_that_cannot_be_used_is_named(office: Office) -> None:
    office.happens()
    office.settings.checkpoint_key.write_text("no key")
    assert office.ails(after=timedelta(0)) == {"signing": Status.FAULT}
    assert "checkpoint.key" in office.run("verify", expect=1)


def test_five_hundred_entries_wait_for_no_minute(office: Office) -> None:
    with office.resources.sessions.begin() as session:
        event = make_event(session, session.scalars(select(Finding)).one(), Move.REMIND)
        session.flush()
        columns = [column.name for column in Event.__table__.columns if column.name != "serial"]
        row = session.execute(select(*(Event.__table__.c[name] for name in columns))).mappings().one()
        more = [
            {**row, "id": f"{number:032x}", "position": number, "at": event.at + timedelta(seconds=number / 100)}
            for number in range(2, MOST + 1)
        ]
        session.execute(insert(Event), more[:-1])
        assert next_seal_at(session, EVENTS) == event.at + timedelta(seconds=50)
        session.execute(insert(Event), more[-1:])
        assert next_seal_at(session, EVENTS) == event.at + timedelta(seconds=MOST / 100)
