"""Lines of children in one terminal say who speaks."""

import click
import pytest

from cli.logs import PRIORITIES, WITH_PRIORITY
from cli.processes.child_processes import child_environ, print_line


@pytest.fixture
def without_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WITH_PRIORITY, raising=False)


def test_a_line_says_who_speaks(without_systemd: None, capsys: pytest.CaptureFixture[str]) -> None:
    print_line("web", f"<{PRIORITIES['warning']}>数据库暂时无法访问")
    said = click.unstyle(capsys.readouterr().err)
    assert said.endswith("web       | 数据库暂时无法访问\n")


def test_a_line_without_a_mark_is_shown_as_it_is(without_systemd: None, capsys: pytest.CaptureFixture[str]) -> None:
    print_line("redis", "<nothing> to mark")
    assert "<nothing> to mark" in capsys.readouterr().err


def test_under_systemd_the_mark_stays_in_front(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(WITH_PRIORITY, "8:1")
    print_line("worker-1", "<4>late")
    assert capsys.readouterr().err == "<4>worker-1: late\n"


def test_a_child_is_told_to_mark_its_lines() -> None:
    assert child_environ({"PATH": "/bin"})[WITH_PRIORITY]
