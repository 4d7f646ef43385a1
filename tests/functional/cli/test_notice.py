"""`duban notice import`: what a notice says is shown with its doubts, and opens a round when it is whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from service.models import ChecklistItem, JournalEntry, Organization, Person, Round
from service.store.db import connect, sessions
from tests.build.minghe_notice import HEADING as MINGHE
from tests.build.minghe_notice import SETTLEMENT, minghe_notice
from tests.build.notice_files import HEADING, LABOUR, UNIVERSITIES, Layout, notice_file
from tests.functional.cli.test_commands import Shell
from workflows.journal import JournalAct, SubjectKind
from workflows.policy import shipped_policy_text

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


def test_doubts_are_settled_in_a_file_beside_the_notice(
    office: Shell, books: sessionmaker[Session], tmp_path: Path
) -> None:
    file, answers = tmp_path / "明河通知.docx", tmp_path / "答复.txt"
    file.write_bytes(minghe_notice())
    before = rows(books)
    shown = office.run("notice", "import", str(file), "--dry-run").output
    assert "可答复 / settle: 1-2 = 4月28日" in shown
    assert "2027-06-05、2027-06-06" in shown
    assert "--settle" in office.run("notice", "import", str(file), expect=1).output
    answers.write_text("1-2 = 2027-04-28\n1-3 = 2027-04-28\n", "utf-8")
    assert (
        "第 2 行 / line 2（1-3 = 2027-04-28）：这一行没有对应的疑点"
        in office.run("notice", "import", str(file), "--settle", str(answers), expect=1).output
    )
    assert rows(books) == before
    answers.write_text(SETTLEMENT, "utf-8")
    recorded = ("--as", "admin", "--reason", "明招考〔2027〕8号印发")
    said = office.run("notice", "import", str(file), "--settle", str(answers), *recorded).output
    with books() as session:
        opened = (JournalEntry.act == JournalAct.OPEN, JournalEntry.subject_kind == SubjectKind.ROUND)
        entry = session.scalars(select(JournalEntry).where(*opened)).one()
        assert (entry.reason, entry.data["settled"]) == ("明招考〔2027〕8号印发", {"1-2": "2027-04-28"})
        assert entry.actor_id == session.scalars(select(Person.id).where(Person.username == "admin")).one()
    assert "已按答复文件处理" in said
    assert "轮次 2027-8 已开启" in said
    assert "考试日：2027-06-05、2027-06-06" in said


def test_what_is_read_past_is_named(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "通知.docx"
    file.write_bytes(minghe_notice(heading=(*MINGHE[:6], "请于4月2日前报送联络员名单。", *MINGHE[6:])))
    shown = office.run("notice", "import", str(file), "--dry-run").output
    assert "没有载入的内容" in shown
    assert "请于4月2日前报送联络员名单" in shown


def test_what_differs_is_told_beside_the_policy_in_force(office: Shell, tmp_path: Path) -> None:
    file, policy = tmp_path / "通知.docx", tmp_path / "policy.toml"
    file.write_bytes(minghe_notice(heading=tuple(line.replace("每周四下午 5 点", "每周三 17 时") for line in MINGHE)))
    differs = "通知要求高校周报于周三 17:00前报送，现行督办政策是周四 17:00"
    assert differs in office.run("notice", "import", str(file), "--dry-run").output
    policy.write_text(shipped_policy_text().replace("university_weekday = 4", "university_weekday = 3"), "utf-8")
    office.run("policy", "use", str(policy))
    assert "周报" not in office.run("notice", "import", str(file), "--dry-run").output
