"""`duban ledger`: out to Excel, and in from Excel."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from service.models import Finding
from tests.build.workbooks import table, tables, workbook
from tests.functional.cli.test_commands import Shell
from tests.worlds.books import FOUND_AT, Town, build_town, log_finding
from workflows.vocabulary import Severity

HEADINGS = ("责任单位", "问题", "问题等级", "发现时间")
GOOD = ("明河龙湖学院", "挂钟停走", "一般问题", "2026-04-13")
BAD = ("明河桃源学院", "别组的学校", "严重", "2026-04-13")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Of one kind of database alone: what files say is the same on both."""
    return sqlite_url


@pytest.fixture
def town(books: sessionmaker[Session]) -> Iterator[Town]:
    with books() as session:
        town = build_town(session)
        log_finding(session, town)
        log_finding(
            session, town, severity=Severity.MAJOR, by=town.other_inspector, organization_id=town.other_college.id
        )
        session.commit()
        yield town


def test_a_ledger_is_written_as_far_as_somebody_sees_it(shell: Shell, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    assert "已导出 2 条" in shell.run("ledger", "export", str(file), "--sheet-per-district").output
    assert set(tables(file.read_bytes())) == {"青石区招生考试办公室", "白塔区招生考试办公室"}
    shell.run("ledger", "export", str(file), "--as", "inspector", "--language", "en")
    assert table(file.read_bytes()).column("Unit") == ["明河龙湖学院"]
    filters = ("--round", "2026-08", "--district", "白塔区招生考试办公室", "--state", "found", "--severity", "major")
    shell.run("ledger", "export", str(file), *filters, "--deadline-before", "2026-05-01T17:00")
    found = table(file.read_bytes())
    assert found.rows == []
    assert "整改期限早于2026年5月1日17:00" in found.cover
    assert list(tmp_path.glob(".*")) == []


def test_an_option_that_is_repeated_means_any_of_its_values(shell: Shell, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    districts = ("--district", "白塔区招生考试办公室", "--district", "青石区招生考试办公室")
    states = ("--state", "found", "--state", "overdue")
    assert "已导出 2 条" in shell.run("ledger", "export", str(file), *districts, *states, "--origin", "centre").output
    cover = table(file.read_bytes()).cover
    assert "区县为白塔区招生考试办公室、青石区招生考试办公室；来源为“市招考中心督查”" in cover
    assert "状态为“已发现、已逾期”" in cover
    assert (
        "已导出 0 条"
        in shell.run("ledger", "export", str(file), *states, "--severity", "major", "--light", "red").output
    )


def test_a_name_that_nobody_has_leaves_the_file_as_it_was(shell: Shell, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_text("旧")
    assert "district：" in shell.run("ledger", "export", str(file), "--district", "查无此区", expect=1).output
    assert file.read_text() == "旧"
    assert "没有用户" in shell.run("ledger", "export", str(file), "--as", "nobody", expect=1).output
    assert "无法写入" in shell.run("ledger", "export", str(tmp_path / "no" / "x.xlsx"), expect=1).output


def test_a_template_is_written_and_can_be_brought_back(shell: Shell, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "模板.xlsx"
    shell.run("ledger", "template", str(file))
    assert "新登记 0 条" in shell.run("ledger", "import", str(file), "--as", "inspector").output
    shell.run("ledger", "template", str(file), "--as", "university", "--language", "en")
    assert "不属于您的职责" in shell.run("ledger", "template", str(file), "--as", "leader", expect=1).output


def test_a_table_is_imported_when_all_of_it_is_right(
    shell: Shell, town: Town, books: sessionmaker[Session], tmp_path: Path
) -> None:
    file = tmp_path / "问题.xlsx"
    file.write_bytes(workbook({"整改台账": [HEADINGS, GOOD, BAD]}))
    told = shell.run("ledger", "import", str(file), "--as", "inspector", expect=1).output
    assert "没有导入任何问题" in told
    assert "整改台账!C3（问题等级）：请填写“一般问题”或“重大安全隐患”。" in told
    file.write_bytes(workbook({"整改台账": [HEADINGS, GOOD]}))
    assert "试运行：将新登记 1 条" in shell.run("ledger", "import", str(file), "--as", "inspector", "--dry-run").output
    with books() as session:
        assert session.scalar(select(func.count()).select_from(Finding)) == 2
    assert "已新登记 1 条" in shell.run("ledger", "import", str(file), "--as", "inspector").output
    assert "1 条未变" in shell.run("ledger", "import", str(file), "--as", "inspector").output
    with books() as session:
        assert session.scalar(select(func.count()).select_from(Finding)) == 3
        newest = session.scalars(select(Finding).where(Finding.summary == "挂钟停走")).one()
        assert newest.created_by_id == town.inspector.id
        assert newest.created_at > FOUND_AT
