"""Setting up an office with the command line: the README's five commands, and what a wrong file is told."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from service.errors import InvalidInput, NotAllowed
from service.findings.log import NewFinding, log
from service.models import Assignment, ChecklistItem, Organization, Person, Round
from service.people.accounts import sign_in
from service.people.tokens import authenticate
from service.rounds.current import units_of
from service.store import clock
from tests.functional.cli.test_commands import Shell
from workflows.vocabulary import Severity, State

DOCS = Path(__file__).parents[3] / "docs"
ROUND, PEOPLE = DOCS / "round.example.toml", DOCS / "people.example.csv"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """An office after `duban init`."""
    shell = Shell({"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})
    shell.run("init", "--centre", "明河市招考中心", "--generate")
    return shell


@pytest.fixture
def staffed(shell: Shell) -> Shell:
    """The same, with the organizations and people of the examples."""
    shell.run("round", "load", "--only-organizations", str(ROUND))
    shell.run("people", "import", str(PEOPLE))
    return shell


def test_after_the_five_commands_an_inspector_logs_a_finding(staffed: Shell, books: sessionmaker[Session]) -> None:
    assert "轮次 2026-08 已载入：新增机构 0 个，督查组 2 个" in staffed.run("round", "load", str(ROUND)).output
    token = staffed.run("token", "create", "lin.yue").output.strip()
    with books() as session:
        now = clock.now(session)
        inspector = authenticate(session, token, now=now).actor
        unit = session.scalars(select(Organization).where(Organization.name == "明河理工学院")).one()
        finding = log(session, NewFinding(unit.id, "考场监控有盲区", Severity.GENERAL), actor=inspector, now=now)
        assert (finding.number, finding.state) == ("2026-08-0001", State.FOUND)
        other = session.scalars(select(Organization).where(Organization.name == "南坪师范学院")).one()
        with pytest.raises(InvalidInput):  # the other team's district
            log(session, NewFinding(other.id, "考场监控有盲区", Severity.GENERAL), actor=inspector, now=now)


def test_a_round_may_take_the_checklists_that_are_shipped(staffed: Shell, books: sessionmaker[Session]) -> None:
    staffed.run("round", "load", str(ROUND))
    with books() as session:
        assert session.scalar(select(func.count()).select_from(ChecklistItem)) == 71 + 52


def test_a_round_keeps_the_number_of_its_notice_and_a_leader_may_come_later(
    staffed: Shell, books: sessionmaker[Session], tmp_path: Path
) -> None:
    file = tmp_path / "轮次.toml"
    file.write_text(ROUND.read_text("utf-8").replace('leader = "shen.an"\n', "", 1), "utf-8")
    staffed.run("round", "load", str(file))
    with books() as session:
        assert session.scalars(select(Round.document_number)).one() == "明招考〔2026〕8号"
        assert len([row for row in session.scalars(select(Assignment)) if row.leader is None]) == 1


@pytest.mark.parametrize(
    ("line", "taking_part"),
    [
        ("", {"东川区招考办", "明河理工学院", "南坪县招考办", "南坪师范学院"}),
        ('units = ["明河理工学院", "东川区招考办"]', {"东川区招考办", "明河理工学院"}),
        ('without = ["南坪师范学院"]', {"东川区招考办", "明河理工学院", "南坪县招考办"}),
    ],
)
def test_a_file_says_which_units_take_part(
    staffed: Shell, books: sessionmaker[Session], tmp_path: Path, line: str, taking_part: set[str]
) -> None:
    file = tmp_path / "轮次.toml"
    file.write_text(ROUND.read_text("utf-8").replace("[round]", f"[round]\n{line}"), "utf-8")
    staffed.run("round", "load", str(file))
    with books() as session:
        round_ = session.scalars(select(Round)).one()
        assert {unit.organization.name for unit in units_of(session, round_)} == taking_part


def test_the_lines_of_the_example_about_units_load_too(staffed: Shell, tmp_path: Path) -> None:
    for key in ("# units =", "# without ="):
        text = ROUND.read_text("utf-8")
        assert key in text
        file = tmp_path / "轮次.toml"
        number = "2026-09" if "without" in key else "2026-08"
        file.write_text(text.replace(key, key.removeprefix("# ")).replace('number = "2026-08"', f'number = "{number}"'))
        assert f"轮次 {number} 已载入" in staffed.run("round", "load", str(file)).output


def test_organizations_that_exist_are_kept(staffed: Shell, books: sessionmaker[Session]) -> None:
    with books() as session:
        before = set(session.execute(select(Organization.name, Organization.id)))
    assert "已新增 0 个机构" in staffed.run("round", "load", "--only-organizations", str(ROUND)).output
    with books() as session:
        assert set(session.execute(select(Organization.name, Organization.id))) == before


def test_a_file_may_hold_organizations_only_and_in_any_order(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "机构.toml"
    university = '[[organizations]]\nkind = "university"\nname = "西岭学院"\nparent = "西岭区招考办"\n'
    district = '[[organizations]]\nkind = "district"\nname = "西岭区招考办"\nparent = "明河市招考中心"\n'
    file.write_text(university + district, "utf-8-sig")
    assert "已新增 2 个机构" in shell.run("round", "load", str(file)).output


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("exam_days =", "exam_day =", "round：", "unknown field `exam_day`"),
        ('checklists = "2021-35"', 'checklists = "1999-1"', "[round] checklists：", "duban notice import"),
        ("[round]", '[round]\nunits = ["明河学院"]', "[round] units 明河学院：", "没有这所高校或区县招考机构"),
        ("[round]", '[round]\nwithout = ["明河市教育局"]', "[round] without 明河市教育局：", "没有这所高校或区县"),
        ("[round]", '[round]\nunits = ["南坪县招考办", "南坪县招考办"]', "[round] units 南坪县招考办：", "重复"),
        ("[round]", "[round]\nunits = []", "round.units：", "docs/round.example.toml"),
        ("[round]", '[round]\nunits = ["南坪县招考办"]\nwithout = ["明河理工学院"]', "[round] without：", "只能写一项"),
        ("2026-04-01", '"四月"', "round.starts_on：", "docs/round.example.toml"),
        ("[round]", "[round", "TOML：", "docs/round.example.toml"),
        ("ends_on = 2026-06-07", "ends_on = 2026-03-07", "[round] ends_on：", "结束日期早于开始日期"),
        ('name = "第二督查组"', 'name = "第三组"', "[[assignments]] 南坪县招考办 · team 第二", "没有这个督查组"),
        ('name = "第二督查组"', 'name = "第一督查组"', "[[teams]] 第一督查组：", "重复"),
        ('"lin.yue"', '"lin.yu"', "[[teams]] 第一督查组 · members lin.yu：", "no such user name"),
        ('"lin.yue"', '"Xu.Heng"', "[[teams]] 第一督查组 · members Xu.Heng：", "重复"),
        ('"lin.yue"', '"luo.jia"', "[[teams]] 第一督查组 · members luo.jia：", "不能编入督查组"),
        ('leader = "shen.an"', 'leader = "tao.ran"', "[[assignments]] 东川区招考办 · leader tao.ran：", "不能负责包干"),
        ('district = "东川区招考办"', 'district = "明河理工学院"', "[[assignments]] 明河理工学院：", "区县招考机构"),
        ('name = "明河市招考中心"', 'name = "清河市招考中心"', "[[organizations]] 清河市招考中心：", "只能有一个"),
        ('kind = "bureau"', 'kind = "committee"', "[[organizations]] 明河市教育局：", "类别或上级机构不同"),
        ('name = "南坪师范学院"\nparent = "南坪县招考办"', 'name = "北屿学院"\nparent = "北屿区招考办"',
         "[[organizations]] 北屿学院 · parent 北屿区招考办：", "上级机构不对"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_where_and_loads_nothing(
    staffed: Shell, books: sessionmaker[Session], tmp_path: Path, old: str, new: str, place: str, sentence: str
) -> None:
    text = ROUND.read_text("utf-8")
    assert old in text
    newcomer = '\n[[organizations]]\nkind = "university"\nname = "新来的学院"\nparent = "东川区招考办"\n'
    file = tmp_path / "轮次.toml"
    file.write_text(text.replace(old, new) + newcomer, "utf-8")
    shown = staffed.run("round", "load", str(file), expect=1).output
    assert place in shown
    assert sentence in shown
    with books() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0
        assert session.scalar(select(Organization.id).where(Organization.name == "新来的学院")) is None


def test_a_unit_whose_district_has_no_share_cannot_be_named(staffed: Shell, tmp_path: Path) -> None:
    text = ROUND.read_text("utf-8").replace("[round]", '[round]\nwithout = ["南坪师范学院"]', 1)
    file = tmp_path / "轮次.toml"
    file.write_text(text[: text.rindex("[[assignments]]")], "utf-8")  # the last share is that of 南坪县
    shown = staffed.run("round", "load", str(file), expect=1).output
    assert "[round] without 南坪师范学院：" in shown
    assert "没有包干分工" in shown


def test_a_round_is_loaded_once(staffed: Shell) -> None:
    staffed.run("round", "load", str(ROUND))
    assert "编号已被使用" in staffed.run("round", "load", str(ROUND), expect=1).output


def test_a_file_in_another_encoding_is_refused_with_what_to_do(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "轮次.toml"
    file.write_bytes(ROUND.read_text("utf-8").encode("gb18030"))
    assert "另存为 UTF-8" in shell.run("round", "load", str(file), expect=1).output


def test_a_password_that_is_made_is_shown_once_and_signs_in(staffed: Shell, books: sessionmaker[Session]) -> None:
    password = staffed.run("people", "password", "Lin.Yue", "--generate").output.strip().rsplit(" ", 1)[1]
    with books() as session:
        assert sign_in(session, username="lin.yue", password=password, now=clock.now(session)).name == "林悦"


def test_a_password_is_typed_twice_and_not_shown(staffed: Shell, books: sessionmaker[Session]) -> None:
    typed = "四月的雨落在老操场的看台上"
    shown = staffed.run("people", "password", "lin.yue", typed=f"{typed}\n{typed}\n").output
    assert typed not in shown
    with books() as session:
        assert sign_in(session, username="lin.yue", password=typed, now=clock.now(session)).name == "林悦"


def test_a_weak_password_is_refused_with_a_sentence(staffed: Shell, books: sessionmaker[Session]) -> None:
    assert "密码过短" in staffed.run("people", "password", "lin.yue", expect=1, typed="短\n短\n").output
    with books() as session:
        assert session.scalar(select(Person.password_hash).where(Person.username == "lin.yue")) is None


def test_whoever_is_disabled_is_out(staffed: Shell, books: sessionmaker[Session]) -> None:
    token = staffed.run("token", "create", "lin.yue").output.strip()
    assert "已停用" in staffed.run("people", "disable", "lin.yue").output
    with books() as session, pytest.raises(NotAllowed):
        authenticate(session, token, now=clock.now(session))
    assert "没有用户 lin.yue" in staffed.run("people", "password", "lin.yue", "--generate", expect=1).output
