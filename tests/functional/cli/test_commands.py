"""The command line: every command explains itself, does its work, and fails with a sentence."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from cli.commands import COMMANDS
from cli.main import main
from service.audit.checkpoints import checkpoint
from service.findings.sweep import sweep
from service.models import AT_ONCE, Organization, Person, Round, Token
from service.people.accounts import sign_in
from service.people.tokens import authenticate
from service.store import clock
from service.store.heartbeats import ThisProcess, beat
from tests.build.deadlines_ahead import due_in, expiries, make_open_town
from tests.build.heartbeats import let_all_run
from tests.build.pages import zero_page
from workflows.vocabulary import Role


class Shell:
    """A terminal with its settings; `run` fails on anything but the expected exit code, and on tracebacks."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = dict(settings)

    def run(self, *words: str, expect: int = 0, typed: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, env=self.settings, input=typed)
        assert result.exit_code == expect, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result


def _paths(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _paths(below, *path, name)


@pytest.mark.parametrize("path", list(_paths(main)), ids=" ".join)
def test_every_command_explains_itself_in_chinese_and_english(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    body = shown.output.split("\n\n")[1]
    assert any("\u4e00" <= char <= "\u9fff" for char in body)
    assert " / " in body


def test_the_contract_s_commands_are_all_there() -> None:
    assert {
        *("init", "up", "demo", "web", "worker", "watchdog", "timetable", "db", "sweep", "round", "notice", "policy"),
        *("calendar", "organization", "people", "backup", "restore", "hold", "mail", "queue", "ledger", "token"),
        *("audit", "security-log", "retention", "secret-key", "doctor"),
    } == set(COMMANDS)


def test_init_makes_an_administrator_whose_password_is_shown_once(shell: Shell, books: sessionmaker[Session]) -> None:
    shown = shell.run("init", "--centre", "示例市招考中心", "--generate").output
    password = shown.strip().rsplit(" ", 1)[1]
    with books() as session:
        admin = sign_in(session, username="admin", password=password, now=clock.now(session))
        assert (admin.role, admin.organization.name, admin.password_given) == (Role.ADMIN, "示例市招考中心", True)


def test_init_is_refused_where_there_is_an_administrator(shell: Shell) -> None:
    shell.run("init", "--generate")
    assert "已有管理员" in shell.run("init", "--generate", expect=1).output


def test_a_token_is_printed_alone_and_works(shell: Shell, books: sessionmaker[Session]) -> None:
    shell.run("init", "--generate")
    token = shell.run("token", "create", "ADMIN", "--days", "1", "--name", "巡检", "--read-only").output.strip()
    with books() as session:
        now = clock.now(session)
        assert authenticate(session, token, now=now).actor.role is Role.ADMIN
        with pytest.raises(Exception, match="unauthenticated"):
            authenticate(session, token, now=now + timedelta(days=1))


def test_a_token_for_nobody_is_refused(shell: Shell) -> None:
    assert "没有用户 zhang" in shell.run("token", "create", "zhang", expect=1).output


def test_people_are_imported_as_excel_writes_them(shell: Shell, books: sessionmaker[Session], tmp_path: Path) -> None:
    make_open_town(books)
    with books() as session:
        university = session.scalar(select(Organization.name).where(Organization.kind == "university"))
    table = tmp_path / "人员.csv"
    table.write_text(
        f"username,name,role,organization,email\nsun.li,孙丽,university,{university},sun@a.example\n", "utf-8-sig"
    )
    assert "已导入 1 人" in shell.run("people", "import", str(table)).output
    with books() as session:
        person = session.scalars(select(Person).where(Person.username == "sun.li")).one()
        assert (person.name, person.role, person.email) == ("孙丽", Role.UNIVERSITY, "sun@a.example")


def test_a_table_with_one_bad_row_imports_nobody(shell: Shell, books: sessionmaker[Session], tmp_path: Path) -> None:
    town = make_open_town(books)
    table = tmp_path / "人员.csv"
    rows = [f"a.b,甲,university,{town.college.name}", "c.d,乙,university,没有的学院"]
    table.write_text("\n".join(["username,name,role,organization", *rows]))
    assert "第 3 行 organization" in shell.run("people", "import", str(table), expect=1).output
    with books() as session:
        assert session.scalar(select(Person).where(Person.username == "a.b")) is None


def test_a_file_that_is_no_table_is_refused_with_what_to_do(shell: Shell, tmp_path: Path) -> None:
    shell.run("init", "--generate")
    table = tmp_path / "人员.csv"
    table.write_bytes(b"\xff\xfe\x00\x00")
    assert "CSV UTF-8" in shell.run("people", "import", str(table), expect=1).output


def test_a_dry_sweep_shows_what_would_move_and_moves_nothing(shell: Shell, books: sessionmaker[Session]) -> None:
    town = make_open_town(books)
    due_in(books, town, 3600)
    assert "将发生 0 项" in shell.run("sweep", "--dry-run").output
    with books() as session:
        at = (clock.now(session) + timedelta(hours=2)).isoformat()
    shown = shell.run("sweep", "--dry-run", "--at", at).output
    assert f"{town.round.number}-0001" in shown
    assert "整改中 → 已逾期" in shown
    assert expiries(books) == []


def test_a_dry_sweep_shows_the_reports_that_would_be_late(shell: Shell, books: sessionmaker[Session]) -> None:
    town = make_open_town(books)
    with books.begin() as session:
        now = clock.now(session)
        period = {"starts_on": now.date(), "ends_on": now.date() + timedelta(days=20)}
        session.execute(update(Round).values(**period, replan_at=AT_ONCE))
    shell.run("sweep")
    shown = shell.run("sweep", "--dry-run", "--at", (now + timedelta(days=25)).isoformat()).output
    assert re.search(rf"{town.college.name} 第\d周周报 .*逾期未报 report\.late", shown)


def test_an_instant_without_an_offset_is_meant_where_the_round_is(shell: Shell) -> None:
    assert "2026-05-20 17:00" in shell.run("sweep", "--dry-run", "--at", "2026-05-20T17:00").output
    assert "2026-05-20 17:00" in shell.run("sweep", "--dry-run", "--at", "2026-05-20T09:00:00Z").output


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "1969-12-31", "2101-01-01", "9999-12-31T23:59:59-12:00"])
def test_an_instant_that_nobody_can_mean_is_a_sentence(shell: Shell, at: str) -> None:
    assert "1970 年至 2100 年" in shell.run("sweep", "--dry-run", "--at", at, expect=2).output


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00+14:00", "2100-12-31T23:59:59-12:00"])
def test_the_first_and_the_last_instant_are_counted_with(shell: Shell, at: str) -> None:
    assert "变动" in shell.run("sweep", "--dry-run", "--at", at).output


def test_a_sweep_moves_what_is_due(shell: Shell, books: sessionmaker[Session]) -> None:
    due_in(books, make_open_town(books), -1, -1, 3600)
    assert "2 项" in shell.run("sweep").output
    assert len(expiries(books)) == 2


def test_a_whole_trail_is_proved(shell: Shell, books: sessionmaker[Session]) -> None:
    _sweep_some(books)
    assert "未被改动" in shell.run("audit", "verify").output


def test_a_broken_trail_is_named_and_exits_with_1(shell: Shell, books: sessionmaker[Session]) -> None:
    _sweep_some(books)
    with books.begin() as session:
        for guard in _guards(session):
            session.execute(text(guard))
        session.execute(text("UPDATE events SET reason = '后来添上的'"))
    shown = shell.run("audit", "verify", expect=1).output
    assert "2026-08-0001" in shown
    assert "第 1 条" in shown


def test_the_doctor_names_what_does_not_run_and_what_to_do(shell: Shell, books: sessionmaker[Session]) -> None:
    shown = shell.run("doctor", expect=1).output
    assert "timetable、worker sweep、worker deliver、worker render。请启动或重启" in shown
    with books.begin() as session:
        let_all_run(session, now=clock.now(session))
    assert "✘" not in shell.run("doctor").output


def test_the_doctor_looks_at_one_kind_of_process_alone(shell: Shell, books: sessionmaker[Session]) -> None:
    due_in(books, make_open_town(books), -3600)
    with books.begin() as session:
        beat(session, ThisProcess("worker"), now=clock.now(session))
        beat(session, ThisProcess("timetable"), now=clock.now(session) - timedelta(minutes=2))
    assert "到期后" in shell.run("doctor", expect=1).output
    assert shell.run("doctor", "--process", "worker").output == "✔ 后台进程运行正常。\n"
    assert "响应：timetable。" in shell.run("doctor", "--process", "timetable", expect=1).output


def test_no_process_is_well_on_a_database_of_another_version(shell: Shell, tmp_path: Path) -> None:
    shell.settings["DUBAN_DATABASE_URL"] = f"sqlite:///{tmp_path / 'new.db'}"
    assert "duban db upgrade" in shell.run("doctor", "--process", "worker", expect=1).output


def test_the_doctor_says_when_redis_is_away(shell: Shell) -> None:
    shell.settings["DUBAN_REDIS_URL"] = "unix:///nowhere/redis"
    assert "无法连接 Redis" in shell.run("doctor", expect=1).output


def test_the_doctor_looks_at_a_database_of_another_version(shell: Shell, tmp_path: Path) -> None:
    shell.settings["DUBAN_DATABASE_URL"] = f"sqlite:///{tmp_path / 'new.db'}"
    assert "duban db upgrade" in shell.run("doctor", expect=1).output


def test_a_database_that_was_never_set_up_says_what_to_do(shell: Shell, tmp_path: Path) -> None:
    shell.settings["DUBAN_DATABASE_URL"] = f"sqlite:///{tmp_path / 'new.db'}"
    assert "duban db upgrade" in shell.run("sweep", expect=1).output
    shell.run("db", "upgrade")
    shell.run("sweep")


def test_a_database_that_is_away_is_a_sentence(shell: Shell) -> None:
    shell.settings["DUBAN_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nowhere"
    assert "数据库暂时无法访问" in shell.run("sweep", expect=1).output


@pytest.mark.parametrize(("name", "value"), [("DUBAN_SMTP_URL", "ftp://x"), ("DUBAN_NONSENSE", "1")])
def test_a_bad_setting_is_a_sentence_that_names_it(shell: Shell, name: str, value: str) -> None:
    shell.settings[name] = value
    assert name in shell.run("sweep", expect=1).output


def _sweep_some(books: sessionmaker[Session]) -> None:
    due_in(books, make_open_town(books), -1, -1)
    with books.begin() as session:
        sweep(session, now=clock.now(session))
    with books.begin() as session:
        checkpoint(session, now=clock.now(session))


def _guards(session: Session) -> list[str]:
    """What an intruder with the owner's rights would do first: take the guards of the trail away."""
    if session.get_bind().dialect.name == "postgresql":
        return ["ALTER TABLE events DISABLE TRIGGER USER"]
    triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"))
    return [f"DROP TRIGGER {name}" for name in triggers]


@pytest.mark.parametrize(
    "command", ["doctor", "audit verify", "sweep --dry-run", "sweep", "up --port 0", "web --port 0"]
)
def test_a_file_that_is_no_database_ends_every_command_in_a_sentence(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "duban.db").write_bytes(b"no database at all" * 1000)
    monkeypatch.setenv("DUBAN_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(main, command.split())
    assert result.exit_code == 1
    assert "数据库文件已损坏" in result.output


def test_no_trail_is_called_whole_in_a_file_with_a_damaged_page(sqlite_url: str, tmp_path: Path) -> None:
    shell = Shell({"DUBAN_DATABASE_URL": sqlite_url, "DUBAN_DATA_DIR": str(tmp_path)})
    shell.run("audit", "verify")
    zero_page(tmp_path / "duban.db", "idempotency_keys")
    assert "数据库文件已损坏" in shell.run("audit", "verify", expect=1).output


def test_what_is_past_its_time_is_counted_and_then_removed_once(shell: Shell, books: sessionmaker[Session]) -> None:
    shell.run("init", "--centre", "示例市招考中心", "--generate")
    shell.run("token", "create", "admin", "--name", "周报")
    with books.begin() as session:
        session.execute(update(Token).values(revoked_at=clock.now(session) - timedelta(days=31)))
    assert "将清除 1 项" in shell.run("retention", "run", "--dry-run").output
    removed = shell.run("retention", "run").output
    assert "已失效的登录和令牌 tokens" in removed
    assert "已清除到期的 1 项" in removed
    assert "已清除到期的 0 项" in shell.run("retention", "run").output
    assert shell.run("audit", "verify").exit_code == 0
