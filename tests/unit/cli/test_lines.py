"""What the terminal shows: columns that line up in Chinese, and lines that say who speaks."""

import click
import pytest

from cli.lines import child_environ, say
from cli.logs import PRIORITIES, WITH_PRIORITY
from cli.tables import table


def test_columns_line_up_where_a_chinese_character_is_two_cells_wide() -> None:
    shown = table(["问题", "move"], [["2026-0001", "整改逾期"], ["二", "x"]])
    assert shown.splitlines() == ["问题       move", "─────────  ────────", "2026-0001  整改逾期", "二         x"]


@pytest.fixture
def without_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WITH_PRIORITY, raising=False)


def test_a_line_says_who_speaks(without_systemd: None, capsys: pytest.CaptureFixture[str]) -> None:
    say("web", f"<{PRIORITIES['warning']}>数据库暂时无法访问")
    said = click.unstyle(capsys.readouterr().err)
    assert said.endswith("web       | 数据库暂时无法访问\n")


def test_a_line_without_a_mark_is_shown_as_it_is(without_systemd: None, capsys: pytest.CaptureFixture[str]) -> None:
    say("redis", "<nothing> to mark")
    assert "<nothing> to mark" in capsys.readouterr().err


def test_under_systemd_the_mark_stays_in_front(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(WITH_PRIORITY, "8:1")
    say("worker-1", "<4>late")
    assert capsys.readouterr().err == "<4>worker-1: late\n"


def test_a_child_is_told_to_mark_its_lines() -> None:
    assert child_environ({"PATH": "/bin"})[WITH_PRIORITY]
