"""`duban security-log` from the outside: listed, exported and checked, on record; nothing goes before its time."""

import csv
import json
from pathlib import Path

from tests.functional.cli.test_commands import Shell


def test_the_log_is_listed_and_exported_and_that_is_on_record(sqlite_url: str, tmp_path: Path) -> None:
    shell = Shell({"DUBAN_DATABASE_URL": sqlite_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})
    run = shell.run
    run("init", "--centre", "明河市招考中心", "--generate")
    run("audit", "verify")
    assert "核验记录 audit 成功" in run("security-log", "list", "--kind", "audit").output
    run("people", "password", "admin", "--generate")
    assert "密码 password 成功" in run("security-log", "list", "--who", "admin").output
    table, lines = tmp_path / "log.csv", tmp_path / "log.jsonl"
    run("security-log", "export", str(table))
    run("security-log", "export", str(lines), "--format", "jsonl", "--kind", "log_export")
    with table.open(encoding="utf-8-sig", newline="") as stream:
        kinds = [row["kind"] for row in csv.DictReader(stream)]
    assert kinds[-4:] == ["log_read", "password", "log_read", "log_export"]
    exported = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert [one["data"]["filters"] for one in exported] == [[], ["kind"]]
    for file in (table, lines):
        said = run("security-log", "check", str(file)).output
        assert "均与哈希链相符" in said
        assert "username 一栏不在哈希之内" in said
    lines.write_text(lines.read_text(encoding="utf-8").replace("command line", "console", 1), encoding="utf-8")
    assert "1 条与哈希链不符" in run("security-log", "check", str(lines), expect=1).output
    lines.write_text("{}\n", encoding="utf-8")
    assert "不是导出的安全日志" in run("security-log", "check", str(lines), expect=1).output
    assert "已清除 0 条" in run("security-log", "remove").output
    shell.settings["DUBAN_SECURITY_LOG_DAYS"] = "100"
    assert "不得少于 184 天" in run("security-log", "remove", expect=1).output
