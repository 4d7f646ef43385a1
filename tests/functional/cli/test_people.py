"""`duban people` from the outside: an office's people over a season, by commands alone."""

import csv
import stat
from pathlib import Path

import pytest

from tests.functional.cli.test_commands import Shell

DOCS = Path(__file__).parents[3] / "docs"
ROUND, PEOPLE = DOCS / "round.example.toml", DOCS / "people.example.csv"
CENTRE = "明河市招考中心"


@pytest.fixture
def shell(sqlite_url: str, tmp_path: Path) -> Shell:
    """An office with the organizations and people of the examples."""
    shell = Shell({"DUBAN_DATABASE_URL": sqlite_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})
    shell.run("init", "--centre", CENTRE, "--generate")
    shell.run("round", "load", "--only-organizations", str(ROUND))
    assert "新增 12，变更 0，不变 0" in shell.run("people", "import", str(PEOPLE)).output
    return shell


def test_the_table_again_with_a_new_colleague_a_new_address_and_blank_lines(shell: Shell, tmp_path: Path) -> None:
    again = PEOPLE.read_text("utf-8").replace("lin.yue@", "lin.yue.new@")
    table = tmp_path / "人员.csv"
    table.write_bytes(f"{again}wang.gang,王　刚,inspector,{CENTRE},,zh\n,,,,,\n,,,,,\n".encode("gbk"))
    shown = shell.run("people", "import", str(table), "--dry-run").output
    assert "新增 1，变更 1，不变 11" in shown
    assert "第 3 行 lin.yue 林悦：变更（邮箱）" in shown
    assert "没有用户" in shell.run("people", "show", "wang.gang", expect=1).output
    assert "新增 1，变更 1，不变 11" in shell.run("people", "import", str(table)).output
    assert "王刚" in shell.run("people", "show", "wang.gang").output


def test_what_cannot_be_seen_is_taken_away_and_what_cannot_be_sent_to_is_refused(shell: Shell, tmp_path: Path) -> None:
    table = tmp_path / "人员.csv"
    head = "username,name,role,organization,email,language\n"
    good = (
        f"zw.a,赵雾,inspector,{CENTRE},zhao@exam.example\u200b,zh\nqj.b,钱卷,inspector,{CENTRE},qian@exam.example。,\n"
    )
    bad = f"yu.c,余星,inspector,{CENTRE},余@例子.example,\ndd.d,周二,inspector,{CENTRE},zhou..er@exam.example,\n"
    table.write_text(head + good + bad, "utf-8")
    refused = shell.run("people", "import", str(table), expect=1).output
    assert "第 4 行 email" in refused
    assert "第 5 行 email" in refused
    table.write_text(head + good, "utf-8")
    shell.run("people", "import", str(table))
    assert "qian@exam.example\n" in shell.run("people", "show", "qj.b").output


def test_a_leader_leaves_and_comes_back_and_everything_is_on_record(shell: Shell) -> None:
    shell.run("people", "change", "shen.an", "--telephone", "0371-66668888", "--reason", "补充电话")
    shell.run("people", "post", "add", "tao.ran", "--role", "包干责任领导", "--as", "admin")
    shell.run("people", "disable", "shen.an", "--as", "admin", "--reason", "调离")
    assert "shen.an" in shell.run("people", "list", "--disabled").output
    assert "共 0 人" in shell.run("people", "list", "--unused-for", "90d").output
    assert "1 至 180 天" in shell.run("people", "list", "--unused-for", "1y", expect=2).output
    shell.run("people", "enable", "shen.an")
    shell.run("people", "move", "shen.an", "--role", "leadership", "--reason", "提任")
    shown = shell.run("people", "show", "shen.an").output
    for part in (
        "调整 职务 包干责任领导 → 领导班子（提任）",
        "管理员 停用",
        "（调离）",
        "电话 — → 0371-66668888（补充电话）",
    ):
        assert part in shown
    assert "领导班子、包干责任领导" in shell.run("people", "show", "tao.ran").output
    assert "领导班子、包干责任领导" not in shell.run("people", "show", "shen.an").output
    shell.run("people", "post", "remove", "tao.ran", "--role", "leader")
    assert shell.run("audit", "verify").exit_code == 0


def test_whoever_has_left_is_made_anonymous_once_the_account_is_closed(shell: Shell, tmp_path: Path) -> None:
    told = tmp_path / "shen.an.json"
    assert "shen.an" in shell.run("people", "export", "shen.an", "--to", str(told), "--reason", "本人查询").output
    assert '"record": "people"' in told.read_text("utf-8")
    assert "导出个人信息" in shell.run("security-log", "list", "--kind", "data_export").output
    sure = ("people", "anonymize", "shen.an", "--yes", "--reason", "离任")
    assert "请先停用账号" in shell.run(*sure, expect=1).output
    shell.run("people", "disable", "shen.an")
    assert "此栏必填" in shell.run("people", "anonymize", "shen.an", "--yes", expect=1).output
    assert "已离任人员1" in shell.run(*sure).output
    assert "沈安" not in shell.run("people", "list").output
    assert "没有用户" in shell.run("people", "show", "shen.an", expect=1).output
    assert shell.run("audit", "verify").exit_code == 0


def test_a_name_is_not_taken_away(shell: Shell) -> None:
    refused = shell.run("people", "change", "shen.an", "--name", "-", expect=1)
    assert "此栏必填" in refused.output
    assert "沈安" in shell.run("people", "show", "shen.an").output


def test_the_last_administrator_is_not_closed(shell: Shell) -> None:
    assert "最后一位" in shell.run("people", "disable", "admin", expect=1).output


def test_a_wrong_role_lists_those_there_are(shell: Shell) -> None:
    assert "包干责任领导 leader" in shell.run("people", "move", "shen.an", "--role", "厨师", expect=2).output


def test_everybody_is_invited_at_once(shell: Shell, tmp_path: Path) -> None:
    table, slips = tmp_path / "邀请.csv", tmp_path / "邀请.txt"
    assert "已为 12 人" in shell.run("people", "invite", "--all-without-password", "--output", str(table)).output
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert (len(rows), set(rows[0])) == (12, {"姓名", "用户名", "单位", "邀请码", "链接", "有效期至"})
    assert table.stat().st_mode & 0o077 == 0
    slips.touch(mode=0o644)
    shell.run("people", "invite", "lin.yue", "--output", str(slips), "--mail")
    assert stat.S_IMODE(slips.stat().st_mode) == 0o600, "also when it was there before"
    assert "邀请码：" in slips.read_text("utf-8-sig")
    (mail,) = (Path(shell.settings["DUBAN_DATA_DIR"]) / "outbox").rglob("*.eml")
    assert "lin.yue@exam.example" in mail.read_text("utf-8")
    assert "已为 12 人" in shell.run("people", "invite", "--file", str(PEOPLE)).output


def test_nobody_is_invited_twice_over_by_mistake(shell: Shell) -> None:
    shell.run("people", "invite", expect=2)
    shell.run("people", "disable", "lin.yue")
    assert "没有用户 lin.yue" in shell.run("people", "invite", "lin.yue", expect=1).output
