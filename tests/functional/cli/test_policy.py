"""An office's own policy by command: checked with every mistake, explained, looked at ahead, put in force on record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from service.models import Finding, JournalEntry, Round
from service.store.db import connect, sessions
from tests.build.deadlines_ahead import due_in, make_open_town
from tests.build.rule_files import policy_text
from tests.functional.cli.test_commands import Shell
from workflows.journal import SubjectKind
from workflows.vocabulary import Role


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    return Shell({"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def books(shell: Shell, database_url: str) -> Iterator[sessionmaker[Session]]:
    """An office with its schema and nothing else."""
    shell.run("db", "upgrade")
    engine = connect(database_url)
    yield sessions(engine)
    engine.dispose()


def written(tmp_path: Path, *pairs: tuple[str, str]) -> str:
    file = tmp_path / "policy.toml"
    file.write_text(policy_text(*pairs), "utf-8")
    return str(file)


def test_every_mistake_of_a_file_is_named_at_once(shell: Shell, books: sessionmaker[Session], tmp_path: Path) -> None:
    wrong = written(
        tmp_path, ("review = 2 ", "review = 0 "), ("notify = [", "notfy = ["), ('["reviewer"]', '["bureau"]')
    )
    for words in (("check", wrong), ("use", wrong), ("use", wrong, "--dry-run"), ("explain", wrong)):
        output = shell.run("policy", *words, expect=1).output
        assert "clocks.review：须为 1 至 1000 的整数" in output
        assert "did you mean notify?" in output
        assert "behind.review: bureau may not always do what is awaited" in output
        assert "第 " in output
    with books() as session:
        assert session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.POLICY)).all() == []


def test_a_right_file_is_found_right_and_explained(shell: Shell, books: sessionmaker[Session], tmp_path: Path) -> None:
    right = written(tmp_path, ("review = 2 ", "review = 4 "))
    assert "政策 minghe/1 无误" in shell.run("policy", "check", right).output
    output = shell.run("policy", "explain", right).output
    assert "收到整改反馈后4个工作日内" in output
    assert "Review: within 4 working days" in output
    assert "收到整改反馈后2个工作日内" in shell.run("policy", "explain").output


def test_a_policy_is_looked_at_ahead_then_put_in_force_on_record(
    shell: Shell, books: sessionmaker[Session], tmp_path: Path
) -> None:
    town = make_open_town(books)
    number, (finding_id,) = town.round.number, due_in(books, town, 5400)
    with books() as session:
        finding_number = session.get_one(Finding, finding_id).number
    file = written(tmp_path, ("general = 1 }\n# Our choice: no opinion", "general = 0 }\n# Our choice: no opinion"))
    ahead = shell.run("policy", "use", file, "--round", number, "--dry-run").output
    assert finding_number in ahead
    assert "报领导班子 to the leadership" in ahead
    assert "未作改动" in ahead
    with books() as session:
        before = session.scalars(select(Round.policy_version)).one()
    assert not before.startswith("minghe")
    done = shell.run("policy", "use", file, "--round", number, "--move-open", "--reason", "市里要求").output
    assert "改用的在办问题 1 个" in done
    with books() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.POLICY)).one()
        assert (entry.reason, entry.actor_role) == ("市里要求", Role.ADMIN)
        assert session.scalars(select(Round.policy_version)).one().startswith("minghe/1@")
    assert "minghe/1" in shell.run("policy", "explain", "--round", number).output


def test_a_round_that_does_not_exist_is_named(shell: Shell, books: sessionmaker[Session], tmp_path: Path) -> None:
    output = shell.run("policy", "use", written(tmp_path), "--round", "2099-1", expect=1).output
    assert "没有轮次 2099-1" in output
    assert "不是管理员" not in output


def test_only_an_administrator_s_name_goes_on_record(
    shell: Shell, books: sessionmaker[Session], tmp_path: Path
) -> None:
    shell.run("init", "--generate")
    assert "已启用" in shell.run("policy", "use", written(tmp_path), "--as", "admin").output
    with books() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.POLICY)).one()
        assert entry.actor_id is not None
    shell.run("policy", "use", written(tmp_path), "--as", "nobody", expect=1)
