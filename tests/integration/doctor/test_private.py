"""The doctor names what others on the host may read or enter, with the command that mends it."""

import subprocess
from pathlib import Path

from service.doctor.check import Status
from service.doctor.private import check_private
from service.settings import load_settings

KEY = "k" * 32


def test_what_others_can_read_or_enter_is_named_with_the_command_that_mends_it(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "数据 一", tmp_path / "elsewhere"
    for one in (folder, folder / "evidence", folder / "outbox", elsewhere):
        one.mkdir(mode=0o755)
        one.chmod(0o755)
    (folder / "outbox").chmod(0o700)
    names = ("duban.db", "duban.db-wal", "secret.key")
    for file in (*(folder / name for name in names), elsewhere / "other.db"):
        file.touch()
        file.chmod(0o644)
    (folder / "secret.key").write_text(KEY)
    (folder / "secret.key").chmod(0o600)
    environ = {"DUBAN_DATA_DIR": str(folder), "DUBAN_DATABASE_URL": f"sqlite:///{elsewhere}/other.db"}
    settings = load_settings(environ)
    check = check_private(settings)
    assert check.status is Status.WARNING
    for language in ("zh", "en"):
        sentence = check.sentence(language)
        for path in (folder, folder / "duban.db", folder / "duban.db-wal", folder / "evidence", elsewhere / "other.db"):
            assert str(path) in sentence
        assert "secret.key" not in sentence
        assert "outbox" not in sentence
    subprocess.run(str(check.particulars["command"]), shell=True, check=True)  # noqa: S602 - as it is to be typed
    assert check_private(settings).status is Status.OK


def test_what_lies_in_a_folder_that_nobody_else_may_enter_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    settings = load_settings({"DUBAN_DATA_DIR": str(folder)})
    (folder / "duban.db").touch()
    (folder / "duban.db").chmod(0o644)
    assert check_private(settings).status is Status.OK
