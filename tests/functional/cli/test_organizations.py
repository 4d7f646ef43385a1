"""`duban organization` from the outside: an office's organizations over a season, by commands alone."""

from pathlib import Path

import pytest

from tests.functional.cli.test_commands import Shell

DOCS = Path(__file__).parents[3] / "docs"
ROUND, PEOPLE = DOCS / "round.example.toml", DOCS / "people.example.csv"


@pytest.fixture
def shell(sqlite_url: str, tmp_path: Path) -> Shell:
    """An office with the round and people of the examples."""
    shell = Shell({"DUBAN_DATABASE_URL": sqlite_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})
    shell.run("init", "--centre", "明河市招考中心", "--generate")
    shell.run("round", "load", "--only-organizations", str(ROUND))
    shell.run("people", "import", str(PEOPLE))
    shell.run("round", "load", str(ROUND))
    return shell


def test_organizations_are_added_renamed_moved_merged_closed_and_opened(shell: Shell) -> None:
    run = shell.run
    run("organization", "add", "明河医学院", "--kind", "university", "--parent", "东川区招考办", "--as", "admin")
    run("organization", "rename", "明河医学院", "明河医科大学", "--reason", "更名")
    run("organization", "move", "明河医科大学", "南坪县招考办")
    run("organization", "close", "明河医科大学")
    assert "已撤销" in run("organization", "list", "--kind", "university").output
    run("organization", "open", "明河医科大学")
    run("organization", "merge", "明河理工学院", "明河医科大学", "--as", "admin", "--reason", "合并办学")
    listed = run("organization", "list").output
    assert "已并入明河医科大学" in listed
    assert "明河医科大学" in run("people", "show", "luo.jia").output
    shown = run("organization", "show", "明河医科大学").output
    assert "变更 名称 明河医学院 → 明河医科大学（更名）" in shown
    assert "合并办学" in run("organization", "show", "明河理工学院").output
    assert run("audit", "verify").exit_code == 0


def test_an_unknown_organization_is_named(shell: Shell) -> None:
    assert "没有名为“没有的学院”的机构" in shell.run("organization", "rename", "没有的学院", "某校", expect=1).output
