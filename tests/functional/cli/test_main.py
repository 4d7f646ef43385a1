"""The root of the command line, on terminals and logs that do not speak UTF-8."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import foreign_packages
from cli.main import main
from tests.architecture.sources import ROOT


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("gbk", ("doctor",)), ("latin-1", ("doctor",)), ("gbk", ("ledger", "import", "没有.xlsx", "--as", "甲"))],
)
def test_a_terminal_that_lacks_a_sign_shows_another_and_the_command_goes_on(
    database_url: str, tmp_path: Path, encoding: str, words: tuple[str, ...]
) -> None:
    settings = {"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        env={**os.environ, **settings, "PYTHONIOENCODING": encoding},
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    said = (done.stdout + done.stderr).decode(encoding)
    assert "Traceback" not in said
    assert "UnicodeEncodeError" not in said
    assert said.strip(), done


def test_whatever_a_command_writes_is_its_owners_alone() -> None:
    before = os.umask(0o022)
    CliRunner().invoke(main, ["--version"])
    assert os.umask(before) == 0o077


def test_packages_of_other_software_under_our_names_are_told_of_and_not_run(tmp_path: Path) -> None:
    assert foreign_packages(sys.path) == []
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "__init__.py").touch()
    (tmp_path / "api.py").touch()
    assert foreign_packages([str(tmp_path), *sys.path]) == [str(tmp_path / "service"), str(tmp_path / "api.py")]
