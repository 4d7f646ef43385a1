"""DATA/words.toml by command: a process takes the names or stops with a sentence; commands show and understand them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.wording.texts import take_names
from tests.functional.cli.test_commands import Shell


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def shell(database_url: str, data: Path) -> Iterator[Shell]:
    yield Shell({"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(data)})
    take_names({})


@pytest.mark.parametrize(
    "words", [("up", "--port", "0"), ("web",), ("worker", "sweep"), ("timetable",), ("doctor",), ("policy", "explain")]
)
def test_no_process_starts_with_names_that_cannot_be_used(shell: Shell, data: Path, words: tuple[str, ...]) -> None:
    (data / "words.toml").write_text('comittee = "招生考试委员会"', "utf-8")
    said = shell.run(*words, expect=1).output
    assert "words.toml：没有名称 comittee，请改为 committee。" in said
    assert "write committee." in said


def test_up_looks_into_the_folder_that_it_is_told(shell: Shell, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "words.toml").write_text("leader = 1", "utf-8")
    assert str(other / "words.toml") in shell.run("up", "--data", str(other), "--port", "0", expect=1).output


def test_commands_show_and_understand_the_office_s_own_names(shell: Shell, data: Path, tmp_path: Path) -> None:
    (data / "words.toml").write_text('leader = "联系领导"\nleadership = "党委会"\ncommittee = "招考委员会"', "utf-8")
    shell.run("init", "--generate")
    said = shell.run("policy", "explain").output
    assert "报市教育局、招考委员会" in said
    assert "逾期后报党委会" in said
    refused = shell.run("people", "post", "add", "admin", "--role", "主任", expect=2)
    assert "联系领导 leader、党委会 leadership" in refused.output
    table, centre = tmp_path / "people.csv", "市招考中心"
    lines = [f"li{place},李正言,{role},{centre}" for place, role in enumerate(("联系领导", "包干责任领导", "leader"))]
    table.write_text("\n".join(("用户名,姓名,角色,单位", *lines)), "utf-8")
    assert "新增 3" in shell.run("people", "import", str(table)).output
    shown = shell.run("people", "list").output
    assert shown.count("联系领导") == 3
    assert "包干责任领导" not in shown
