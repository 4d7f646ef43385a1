"""A backup is whole or not there, of one moment though people go on writing, and closed to strangers."""

import tarfile
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.backup.checking import checked
from service.backup.encryption import CHUNK
from service.backup.head import MAGIC, head_of, heads_in
from service.backup.making import make_backup
from service.backup.office_files import store_of
from service.backup.record import last_backup, record_backup
from service.backup.restoring import restore
from service.doctor.check import Status
from service.doctor.storage import check_backup
from service.errors import Conflict
from service.models import Evidence, JournalEntry
from service.store.db import sessions
from tests.build.backed_up import SECRET, Office, faults_of, opened

ON_BOTH = pytest.mark.parametrize("office", ["sqlite", "postgresql"], indirect=True)


def make(office: Office, path: Path, **options: object) -> Path:
    make_backup(office.settings, path, now=office.world.clock.at, **options)  # type: ignore[arg-type]
    return path


@ON_BOTH
def test_one_that_was_made_while_people_wrote_is_whole(office: Office, tmp_path: Path) -> None:
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            written.append(office.world.logged())

    with office.world.session() as session:
        before = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
    writer = threading.Thread(target=write)
    writer.start()
    try:
        path = make(office, tmp_path / "one.backup")
    finally:
        stop.set()
        writer.join()
    assert written
    settings = office.empty(tmp_path)
    made = restore(settings, path)
    assert before <= made.manifest["tables"]["journal"]
    assert faults_of(settings) == []
    engine = opened(settings)
    with sessions(engine)() as session:
        hashes = set(session.scalars(select(Evidence.sha256)))
    engine.dispose()
    assert {name for name, _ in store_of(settings, "evidence").files()} == hashes


def test_it_is_readable_by_its_owner_alone_and_nothing_else_is_left_in_the_folder(
    office: Office, tmp_path: Path
) -> None:
    path = make(office, tmp_path / "one.backup", secret=SECRET)
    assert [file.name for file in tmp_path.iterdir()] == ["one.backup"]
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="backup_exists"):
        make(office, path)
    content = path.read_bytes()
    assert b"SQLite" not in content
    assert office.settings.secret_key.encode() not in content


def test_one_without_encryption_is_read_with_common_tools(office: Office, tmp_path: Path) -> None:
    content = make(office, tmp_path / "one.backup").read_bytes()
    packed = tmp_path / "one.tar.gz"
    packed.write_bytes(content[content.index(b"\n", len(MAGIC)) + 1 :])
    with tarfile.open(packed) as tar:
        names = tar.getnames()
    assert names[0] == "database/duban.db"
    assert names[-1] == "manifest.json"
    assert {"office/words.toml", "office/templates/close_out_slip.docx", "office/checkpoint.key.pub"} <= set(names)
    assert not {"office/secret.key", "office/checkpoint.key"} & set(names)


def test_the_secret_keys_go_along_when_asked_for_and_only_encrypted(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="keys_need_encryption"):
        make(office, tmp_path / "one.backup", with_keys=True)
    path = make(office, tmp_path / "one.backup", with_keys=True, secret=SECRET)
    _, manifest = checked(path, SECRET, room=tmp_path)
    assert "checkpoint.key" in manifest["files"]["own"]
    assert "checkpoint.key" not in manifest["left_out"]


def test_evidence_that_is_lost_is_named_and_the_rest_is_saved(office: Office, tmp_path: Path) -> None:
    store = store_of(office.settings, "evidence")
    (name, _), *rest = store.files()
    file = store.folder / name[:2] / name[2:4] / name
    content = file.read_bytes()
    file.write_bytes(b"another")
    try:
        made = make_backup(office.settings, tmp_path / "one.backup", now=office.world.clock.at)
    finally:
        file.write_bytes(content)
    assert made.lost == [name]
    assert made.manifest["files"]["evidence"] == len(rest)


@pytest.mark.parametrize("secret", [None, SECRET])
def test_whatever_is_changed_or_cut_off_is_found(office: Office, tmp_path: Path, secret: str | None) -> None:
    content = make(office, tmp_path / "one.backup", secret=secret).read_bytes()
    bad, ends = tmp_path / "bad.backup", content.index(b"\n", len(MAGIC)) + 1
    sizes = (
        0,
        5,
        ends - 3,
        ends,
        ends + 100,
        ends + CHUNK + 16,
        len(content) // 2,
        len(content) - 30,
        len(content) - 1,
    )
    for size in sizes:
        bad.write_bytes(content[:size])
        with pytest.raises(Conflict) as refused:
            checked(bad, secret, room=tmp_path)
        assert refused.value.code in ("backup_cut_off", "backup_damaged", "not_a_backup"), size
    step = (len(content) - ends) // 12
    for place in range(ends + 20, len(content), step):
        changed = bytearray(content)
        changed[place] ^= 0x55
        bad.write_bytes(changed)
        with pytest.raises(Conflict) as refused:
            checked(bad, secret, room=tmp_path)
        assert refused.value.code in ("backup_cut_off", "backup_damaged"), place
    bad.write_bytes(content.replace(b'"version": "', b'"version": "9', 1))
    with pytest.raises(Conflict, match="backup_damaged"):
        checked(bad, secret, room=tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.backup", "one.backup"]


def test_a_wrong_key_none_and_one_too_short_are_told_apart(office: Office, tmp_path: Path) -> None:
    path = make(office, tmp_path / "one.backup", secret=SECRET)
    for secret, code in (("another passphrase", "backup_wrong_key"), (None, "backup_needs_key")):
        with pytest.raises(Conflict, match=code):
            checked(path, secret, room=tmp_path)
    with pytest.raises(Conflict, match="secret_too_short"):
        make(office, tmp_path / "two.backup", secret="0408")
    (tmp_path / "text.txt").write_text("a letter")
    assert [head for _, head in heads_in(tmp_path)] == [head_of(path)], "what is none is not listed"


def test_it_is_on_record(office: Office, tmp_path: Path) -> None:
    made = make_backup(office.settings, tmp_path / "one.backup", now=office.world.clock.at)
    with office.world.session() as session:
        assert last_backup(session) is None
        late = office.world.clock.at + timedelta(days=3)
        assert check_backup(session, now=office.world.clock.at).status is Status.OK
        assert check_backup(session, now=late).name == "no_backup"
        record_backup(session, made, now=office.world.clock.at)
        last = last_backup(session)
        assert last
        assert (last.at, last.file) == (made.head.at, "one.backup")
        assert check_backup(session, now=made.head.at + timedelta(hours=47)).status is Status.OK
        assert "one.backup" in check_backup(session, now=late + timedelta(days=1)).sentence("en")
