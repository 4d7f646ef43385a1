"""`duban notice import`: what a notice says is shown with its doubts, and opens a round when it is whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from service.models import ChecklistItem, Organization, Person, Round
from service.store.db import connect, sessions
from tests.build.notice_files import HEADING, LABOUR, UNIVERSITIES, Layout, notice_file
from tests.functional.cli.test_commands import Shell

CENTRE = "郑州市招生考试中心"


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Shell:
    """An office after `duban init`."""
    shell = Shell({"DUBAN_DATABASE_URL": sqlite_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})
    shell.run("init", "--centre", CENTRE, "--generate")
    return shell


@pytest.fixture
def books(sqlite_url: str) -> Iterator[sessionmaker[Session]]:
    engine = connect(sqlite_url)
    yield sessions(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def notice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notice of 2021, over several pages."""
    file = tmp_path_factory.mktemp("notice") / "通知.docx"
    file.write_bytes(notice_file(layout=Layout(pages=(14, 34, 56))))
    return file


def rows(books: sessionmaker[Session]) -> tuple[int, ...]:
    counted = (Round, ChecklistItem, Organization, Person)
    with books() as session:
        return tuple(session.scalars(select(func.count()).select_from(table)).one() for table in counted)


def test_a_dry_run_shows_everything_and_changes_nothing(
    office: Shell, books: sessionmaker[Session], notice: Path
) -> None:
    before = rows(books)
    shown = office.run("notice", "import", str(notice), "--dry-run").output
    for said in (
        "2021-35",
        "2021-03-29 — 2021-06-06",
        "1-71",
        "2-52",
        "没有疑点",
        "金水区招考办",
        "邓乐（督查组组长）",
    ):
        assert said in shown
    (line,) = [line for line in shown.splitlines() if line.startswith("1-47 ")]
    assert line.split() == [
        *("1-47", "试卷安全保密", "是否明确了安全保密第一责任人和直接责任人，明确了岗…", "4月中旬", "2021-04-20"),
        *("教务处", "党政办、保卫处", "√"),
    ]
    assert rows(books) == before


def test_a_notice_opens_a_round_once(office: Shell, books: sessionmaker[Session], notice: Path) -> None:
    said = office.run("notice", "import", str(notice)).output
    assert (
        "轮次 2021-35 已开启：督查内容 123 条，督查组 4 个，包干区县 11 个；新增机构 11 个、只列名的人员 16 人" in said
    )
    assert rows(books) == (1, 123, 12, 17)
    again = office.run("notice", "import", str(notice), expect=1).output
    assert "文号 2021-35 的轮次已经存在" in again
    assert "须先改正" in again
    assert rows(books) == (1, 123, 12, 17)


def test_a_notice_can_be_looked_at_before_there_are_books(tmp_path: Path, notice: Path) -> None:
    nowhere = Shell({"DUBAN_DATA_DIR": str(tmp_path / "none")})
    shown = nowhere.run("notice", "import", str(notice), "--dry-run").output
    assert "2-52" in shown
    assert "机构和人员未核对" in shown
    assert "duban db upgrade" in nowhere.run("notice", "import", str(notice), expect=1).output


def test_what_must_be_put_right_is_marked_and_nothing_is_loaded(
    office: Shell, books: sessionmaker[Session], tmp_path: Path
) -> None:
    file = tmp_path / "通知.docx"
    labour = [line.replace("督查县区：金水区、管城区", "督查县区：金水区") for line in LABOUR]
    heading = [line.replace("即日起至 6 月 6 日", "另行通知") for line in HEADING]
    file.write_bytes(notice_file(heading=heading, checklists=[UNIVERSITIES], labour=labour))
    before = rows(books)
    for words, status in ((("--dry-run",), 0), ((), 1)):
        shown = office.run("notice", "import", str(file), *words, expect=status).output
        assert "管城区：该区县没有督查组" in shown
        assert "督查时间：没有找到督查时间" in shown
        assert "✗" in shown
    assert rows(books) == before


def test_another_centre_than_that_of_the_books_is_refused(office: Shell, notice: Path) -> None:
    assert "只能有一个" in office.run("notice", "import", str(notice), "--centre", "清河市招考中心", expect=1).output


def test_a_file_that_is_no_notice_is_told_so(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "通知.docx"
    file.write_bytes(b"%PDF-1.7")
    assert "这不是 .docx 文件" in office.run("notice", "import", str(file), expect=1).output
