"""A database is held against notes that lie elsewhere: who owns it can make it whole in itself, but not fit them."""

import base64
import hashlib
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.audit.checkpoints import checkpoint
from service.audit.faults import FaultKind
from service.audit.notes.folder import append_notes, last_note, read_notes
from service.audit.notes.keys import (
    BadKey,
    PublicKey,
    change_key,
    create_key,
    public_file,
    public_keys,
    read_key,
    trusted_keys,
)
from service.audit.notes.note import Covered, Note, sign, write_note
from service.audit.notes.signing import Behind, export, sign_newest, unsigned_since
from tests.build.signing_office import Office, recompute_checkpoints, rehash
from tests.worlds.books import build_town, make_finding
from tests.worlds.rows import NOW

DAYS = 3  # two events, a checkpoint and a note on each


@pytest.fixture(scope="module")
def first_days(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office of a few days."""
    folder = tmp_path_factory.mktemp("office")
    office = _office(folder)
    shutil.copy(sqlite_template, office.database)
    create_key(office.key_file)
    with office.sessions()() as session:
        make_finding(session, build_town(session))
        session.commit()
    for day in range(DAYS):
        office.one_more(day + 1, NOW + timedelta(days=day))
    return folder


@pytest.fixture
def office(first_days: Path, tmp_path: Path) -> Office:
    """A copy of it, for one test."""
    return _office(Path(shutil.copytree(first_days, tmp_path / "office")))


def _office(folder: Path) -> Office:
    return Office(folder / "duban.db", folder / "notes", folder / "checkpoint.key")


@pytest.fixture
def forger(office: Office) -> Iterator[sqlite3.Connection]:
    """The owner of the database, with the guards away."""
    with closing(sqlite3.connect(office.database, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def test_untouched_books_fit_their_notes_and_notes_chain_from_day_to_day(office: Office) -> None:
    assert office.faults() == ([], [])
    notes = [filed.note for filed in read_notes(office.folder)]
    assert [note and (note.number, note.events.entries) for note in notes] == [(1, 2), (2, 4), (3, 6)]
    assert [file.name for file in sorted(office.folder.iterdir())] == [
        f"checkpoints-2026-05-{day}.txt" for day in (20, 21, 22)
    ]
    with office.sessions().begin() as session:
        assert unsigned_since(session) is None
        assert sign_newest(session, read_key(office.key_file), now=NOW) is None, "there is nothing new to sign"
        assert export(session, office.folder) == 0


def test_a_note_can_be_checked_without_us(office: Office, tmp_path: Path) -> None:
    """By openssl alone: the text up to the empty line, and the last 64 of the 68 bytes."""
    body, signature = (office.folder / "checkpoints-2026-05-20.txt").read_text().split("\n\n")[:2]
    (tmp_path / "body").write_text(f"{body}\n")
    (tmp_path / "signature").write_bytes(base64.b64decode(signature.split(" ")[2])[4:])
    (tmp_path / "public.pem").write_text(trusted_keys(office.key_file)[0].pem)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "public.pem"), "-rawin"]
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    checked = subprocess.run(
        [*command, "-in", tmp_path / "body", "-sigfile", tmp_path / "signature"], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    second = (office.folder / "checkpoints-2026-05-21.txt").read_text()
    first = f"{body}\n\n{signature.strip(chr(10))}\n"
    assert f"previous {hashlib.sha256(first.encode()).hexdigest()}\n" in second


def edited(office: Office, forger: sqlite3.Connection) -> None:
    forger.execute("UPDATE events SET reason = '另一个' WHERE serial = 3")
    rehash(office)
    recompute_checkpoints(office)


def cut(office: Office, forger: sqlite3.Connection) -> None:
    forger.execute("DELETE FROM events WHERE serial > 4")
    rehash(office)
    forger.execute("DELETE FROM checkpoints WHERE serial > 2")
    forger.execute("DELETE FROM signed_checkpoints WHERE serial > 2")


def without_checkpoints(office: Office, forger: sqlite3.Connection) -> None:
    forger.execute("DELETE FROM checkpoints")
    forger.execute("DELETE FROM signed_checkpoints")


def sealed_again_by_a_forger(office: Office, forger: sqlite3.Connection) -> None:
    """Each checkpoint anew at its own time, so that serials, instants and numbers are what they were."""
    forger.execute("UPDATE events SET reason = '另一个' WHERE serial = 3")
    rehash(office)
    made = forger.execute("SELECT at, event_serial FROM checkpoints ORDER BY serial").fetchall()
    later = forger.execute("SELECT * FROM events").fetchall()
    forger.execute("DELETE FROM checkpoints")
    marks = ", ".join("?" * len(later[0]))
    for at, reaches in made:
        forger.execute("DELETE FROM events WHERE serial > ?", [reaches])
        with office.sessions().begin() as session:
            checkpoint(session, now=datetime.fromisoformat(f"{at}+00:00"))
        forger.executemany(f"INSERT OR IGNORE INTO events VALUES ({marks})", later)  # noqa: S608 - marks alone


@pytest.mark.parametrize(
    ("forge", "kind", "note", "entries"),
    [
        (edited, FaultKind.NOTE_DIFFERS, 1, (1, 2)),
        (sealed_again_by_a_forger, FaultKind.NOTE_DIFFERS, 2, (3, 4)),
        (cut, FaultKind.NOTE_AHEAD, 3, (5, 6)),
        (without_checkpoints, FaultKind.NOTE_AHEAD, 1, (1, 2)),
    ],
)
def test_a_forgery_that_makes_the_database_whole_in_itself_does_not_fit_the_notes(
    office: Office,
    forger: sqlite3.Connection,
    forge: Callable[[Office, sqlite3.Connection], None],
    kind: FaultKind,
    note: int,
    entries: tuple[int, int],
) -> None:
    forge(office, forger)
    within, against = office.faults()
    assert within == [], "of itself the database says that it is whole"
    of_events = [fault for fault in against if fault.field == "checkpoints"]
    assert [(fault.kind, fault.note, fault.entries) for fault in of_events] == [(kind, note, entries)]
    assert of_events[0].place == f"checkpoints-2026-05-{19 + note}.txt:1"


def test_an_older_copy_is_found_signs_nothing_and_never_branches_off(office: Office) -> None:
    older = office.database.with_name("older.db")
    with closing(sqlite3.connect(office.database)) as now, closing(sqlite3.connect(older)) as then:
        now.backup(then)
    office.one_more(4, NOW + timedelta(days=3))
    restored = Office(older, office.folder, office.key_file)
    within, against = restored.faults()
    assert within == []
    assert {(fault.kind, fault.note) for fault in against} == {(FaultKind.NOTE_AHEAD, 4)}
    with restored.sessions()() as session, pytest.raises(Behind) as behind:
        export(session, restored.folder)
    assert behind.value.note.number == 4
    with pytest.raises(Behind):
        restored.one_more(4, NOW + timedelta(days=4))
    assert {(fault.kind, fault.note) for fault in restored.faults()[1]} == {(FaultKind.NOTE_DIFFERS, 4)}


def test_notes_that_were_changed_swapped_or_taken_out_are_named(office: Office) -> None:
    file = office.folder / "checkpoints-2026-05-21.txt"
    whole = file.read_text()
    other = create_key(office.key_file.with_name("other.key")).public
    changed = [
        (whole.replace("events 4", "events 5"), FaultKind.NOTE_SIGNATURE, 2),
        (whole.replace("note 2", "note zwei"), FaultKind.NOTE_UNREADABLE, None),
        (whole[:-20], FaultKind.NOTE_UNREADABLE, None),
        ("", FaultKind.NOTE_ORDER, 3),
    ]
    for words, kind, note in changed:
        file.write_text(words)
        (fault,) = office.faults()[1]
        assert (fault.kind, fault.note) == (kind, note)
    file.write_text(f"Subject: 校验点\r\n\r\n{whole}-- \n")
    assert office.faults()[1] == [], "a mail around a note does not matter"
    (fault,) = office.faults(other)[1]
    assert (fault.kind, fault.key) == (FaultKind.NOTE_KEY, trusted_keys(office.key_file)[0].id)


def test_what_comes_after_a_gap_is_checked_all_the_same(office: Office, forger: sqlite3.Connection) -> None:
    office.one_more(4, NOW + timedelta(days=3))
    (office.folder / "checkpoints-2026-05-21.txt").unlink()
    forger.execute("UPDATE checkpoints SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE serial = 4")
    found = [(fault.kind, fault.note) for fault in office.faults()[1]]
    assert found == [(FaultKind.NOTE_ORDER, 3), (FaultKind.NOTE_DIFFERS, 4)]


def test_whoever_may_not_read_the_private_key_checks_with_the_public_one(office: Office) -> None:
    known = trusted_keys(office.key_file)
    office.key_file.write_text("nothing that this process may read")
    assert trusted_keys(office.key_file) == known
    public_file(office.key_file).unlink()
    with pytest.raises(BadKey):
        trusted_keys(office.key_file)


def test_without_its_folder_the_database_is_held_against_its_own_notes(
    office: Office, forger: sqlite3.Connection
) -> None:
    for file in office.folder.iterdir():
        file.unlink()
    edited(office, forger)
    found = {(fault.kind, fault.place) for fault in office.faults()[1]}
    assert found == {(FaultKind.NOTE_DIFFERS, "signed_checkpoints:1")}


def test_a_note_torn_by_a_power_cut_is_written_once_more(office: Office) -> None:
    file = office.folder / "checkpoints-2026-05-22.txt"
    whole = file.read_text()
    file.write_text(whole[:40])
    assert office.faults() == ([], []), "one that is being written is no forgery"
    last = last_note(office.folder)
    assert last
    assert last.number == 2
    with office.sessions()() as session:
        assert export(session, office.folder) == 1
    assert file.read_text() == f"{whole[:40]}\n\n{whole}"
    assert office.faults() == ([], [])


def test_a_clock_that_went_back_leaves_notes_in_their_order(office: Office) -> None:
    office.one_more(4, NOW)
    last = last_note(office.folder)
    assert last
    assert (last.number, last.at) == (4, NOW)
    assert office.faults() == ([], [])


def test_an_older_key_still_holds_for_what_it_signed(office: Office) -> None:
    (old,) = trusted_keys(office.key_file)
    office.key_file.unlink()
    new = create_key(office.key_file).public
    office.one_more(4, NOW + timedelta(days=3))
    named = list(public_keys(public_file(office.key_file).read_text()))
    assert named == trusted_keys(office.key_file) == [old, new], "its file names both, for who reads that alone"
    assert office.faults() == ([], [])
    assert [fault.kind for fault in office.faults(new)[1]] == [FaultKind.NOTE_KEY]


def test_a_key_is_changed_in_its_place_and_notes_are_checked_across(office: Office) -> None:
    former = read_key(office.key_file).public
    present = change_key(office.key_file).public
    assert present != former
    assert office.key_file.stat().st_mode & 0o777 == 0o600
    office.one_more(2, NOW + timedelta(minutes=5))
    assert office.faults() == ([], [])
    assert office.faults(former)[1] != []
    assert set(trusted_keys(office.key_file)) == {former, present}


def test_a_key_is_private_and_what_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "checkpoint.key"
    key = create_key(file)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert create_key(file).public == key.public, "it is made once"
    assert list(public_keys(f"# 2026\n\n{key.public.line}\n")) == [key.public]
    for words in (key.public.line[:-4], key.public.line.replace("duban", "other"), "gibberish", "a+b+c"):
        with pytest.raises(BadKey):
            PublicKey.of_line(words)
    file.write_text("-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n")
    with pytest.raises(BadKey):
        read_key(file)


def test_whoever_may_enter_the_folder_may_collect(tmp_path: Path) -> None:
    note = sign(
        write_note(1, NOW, {"events": Covered(1, 1, "0" * 64), "journal": Covered(0, 0, None)}, None),
        create_key(tmp_path / "key"),
    )
    assert Note.parse(note.text) == note
    for mode in (0o700, 0o755):
        folder = tmp_path / f"{mode:o}"
        folder.mkdir()
        folder.chmod(mode)
        append_notes(folder, [note])
        (file,) = folder.iterdir()
        assert file.stat().st_mode & 0o777 == mode & 0o644
