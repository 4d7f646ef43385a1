"""Next year's plan by command: shown, checked, looked at ahead, put in force; and brought along by an upgrade."""

from pathlib import Path

import pytest

from tests.build.rule_files import calendar_with, calendar_without
from tests.functional.cli.test_commands import Shell


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    shell = Shell({"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})
    shell.run("init", "--generate")
    return shell


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "calendar.toml"
    file.write_text(text, "utf-8")
    return str(file)


def test_the_calendar_in_force_is_shown_as_a_whole_and_by_year(shell: Shell) -> None:
    assert "china-2026.1" in shell.run("calendar", "show").output
    assert "09-25、09-26、09-27" in shell.run("calendar", "show", "2026").output
    assert "2027 年的安排尚未录入" in shell.run("calendar", "show", "2027").output


def test_every_mistake_of_a_file_is_named_at_once_and_nothing_changes(shell: Shell, tmp_path: Path) -> None:
    text = calendar_with(2027, "2027-01-01, 2028-01-01", "2027-01-04").replace('"17:00"', '"5 pm"')
    for words in (("check",), ("load",), ("load", "--dry-run")):
        output = shell.run("calendar", *words, written(tmp_path, text), expect=1).output
        assert "3 mistakes; nothing was changed" in output
        assert "2028-01-01 请写到 years.2028" in output
        assert "2027-01-04 is no Saturday or Sunday" in output
        assert "'5 pm' must be hours:minutes" in output
    assert "china-2026.1" in shell.run("calendar", "show").output


def test_a_plan_is_looked_at_ahead_then_put_in_force(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, calendar_with(2027, "2027-01-01, 2027-01-02, 2027-01-03"))
    assert "日历 with-plan 无误" in shell.run("calendar", "check", file).output
    ahead = shell.run("calendar", "load", file, "--dry-run").output
    assert "新增年份 / new years: 2027" in ahead
    assert "改为休息 / no longer worked: 2027-01-01" in ahead
    assert "china-2026.1" in shell.run("calendar", "show").output
    assert "日历 with-plan 已启用" in shell.run("calendar", "load", file, "--as", "admin", "--reason", "已公布").output
    assert "01-01、01-02、01-03" in shell.run("calendar", "show", "2027").output
    assert "没有变化" in shell.run("calendar", "load", file, "--dry-run").output
    shell.run("audit", "verify")


def test_an_office_goes_back_to_the_program_s_calendar(shell: Shell, tmp_path: Path) -> None:
    shell.run("calendar", "load", written(tmp_path, calendar_without(2026, "own")))
    doctor = shell.run("doctor", expect=1).output
    assert "程序自带的日历 china-2026.1 与现行日历不同：2026" in doctor
    assert "duban calendar load --shipped --dry-run" in doctor
    assert "程序自带的新日历" not in shell.run("db", "upgrade").output
    assert "日历 china-2026.1 已启用" in shell.run("calendar", "load", "--shipped").output
    assert "与现行日历不同" not in shell.run("doctor", expect=1).output


def test_a_file_or_the_program_s_own_is_named_never_both(shell: Shell, tmp_path: Path) -> None:
    shell.run("calendar", "load", expect=1)
    shell.run("calendar", "load", written(tmp_path, calendar_without(2026)), "--shipped", expect=1)
