"""A round under way on the command line: days, labour, teams, successors, participants, its end and what goes on."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from service.findings.log import NewFinding, log
from service.models import Assignment, Finding, JournalEntry, Organization, Person, Round, Team
from service.people.accounts import person_named
from service.people.callers import caller_of
from service.store import clock
from tests.functional.cli.test_commands import Shell
from tests.functional.cli.test_round import PEOPLE, ROUND
from workflows.vocabulary import OrganizationKind, Severity

TODAY = datetime.now(UTC).date()
NOW, NEXT = "今年", "明年"


def round_file(folder: Path, number: str, first: date, last: date) -> str:
    """The example's round under another number, with days around today."""
    text = ROUND.read_text()
    text = text.replace('number = "2026-08"', f'number = "{number}"').replace("2026-04-01", first.isoformat())
    text = text.replace("[2026-06-06, 2026-06-07]", f"[{last}]").replace("ends_on = 2026-06-07", f"ends_on = {last}")
    file = folder / f"{number}.toml"
    file.write_text(text)
    return str(file)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """An office with this year's round running, and next year's set up early."""
    shell = Shell({"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})
    shell.run("init", "--centre", "明河市招考中心", "--generate")
    shell.run("round", "load", "--only-organizations", str(ROUND))
    shell.run("people", "import", str(PEOPLE))
    shell.run("round", "load", round_file(tmp_path, NOW, TODAY - timedelta(30), TODAY + timedelta(60)))
    shell.run("round", "load", round_file(tmp_path, NEXT, TODAY + timedelta(200), TODAY + timedelta(300)))
    return shell


def found(books: sessionmaker[Session], username: str = "lin.yue", unit: str = "明河理工学院") -> str:
    """A finding of today against a unit; its number."""
    with books() as session:
        by = person_named(session, username)
        assert by is not None
        place = session.scalars(select(Organization.id).where(Organization.name == unit)).one()
        new = NewFinding(place, "今天发现的问题", Severity.GENERAL)
        finding = log(session, new, actor=caller_of(session, by).actor, now=clock.now(session))
        session.commit()
        return finding.number


def test_what_is_found_today_belongs_to_the_round_that_runs(shell: Shell, books: sessionmaker[Session]) -> None:
    assert found(books) == "今年-0001"
    listed = shell.run("round", "list").output
    assert "进行中 / running" in listed
    assert "未开始 / not begun" in listed
    assert "参加单位 / units that take part: 4" in shell.run("round", "show", NOW).output
    assert "没有编号为“2030”的督查轮次" in shell.run("round", "show", "2030", expect=1).output


def test_the_exam_is_put_off_and_the_round_made_longer(shell: Shell, books: sessionmaker[Session]) -> None:
    last = TODAY + timedelta(90)
    given = ("--exam-days", f"{last},{last + timedelta(1)}", "--ends-on", f"{last}", "--reason", "省里改期")
    assert str(last) in shell.run("round", "change", NOW, *given).output
    with books() as session:
        round_ = session.scalars(select(Round).where(Round.number == NOW)).one()
        assert (round_.exam_on, round_.ends_on) == (last, last)
        (entry,) = session.scalars(select(JournalEntry).where(JournalEntry.subject_id == round_.id))
        assert (entry.reason, entry.actor_id) == ("省里改期", None)
    past = shell.run("round", "change", NOW, "--exam-days", f"{TODAY - timedelta(1)}", expect=1)
    assert "已经过去的日子不能增减" in past.output
    assert "请至少写明一项更改" in shell.run("round", "change", NOW, expect=2).output


def test_a_leader_leaves_and_a_successor_takes_over(shell: Shell, books: sessionmaker[Session]) -> None:
    with books() as session:
        leader = session.scalars(select(Person).where(Person.username == "shen.an")).one()
        session.add(
            Person(
                username="he.ping",
                name="何平",
                role=leader.role,
                organization_id=leader.organization_id,
                created_at=leader.created_at,
            )
        )
        session.commit()
    shell.run("people", "disable", "shen.an")
    told = shell.run("round", "hand-over", "shen.an", "he.ping", "--round", NOW, "--reason", "调离").output
    assert "he.ping 已接手包干区县 2 个、督查组 0 个" in told
    assert shell.run("round", "labour", "show", NOW).output.count("何平") == 2
    assert "何平" not in shell.run("round", "labour", "show", NEXT).output
    shell.run("round", "labour", "set", "东川区招考办", "--round", NOW, "--no-leader")
    assert "空缺 / vacant" in shell.run("round", "labour", "show", NOW).output


def test_a_team_is_re_cut(shell: Shell, books: sessionmaker[Session]) -> None:
    shell.run("round", "team", "add", "第三督查组", "--round", NOW, "--member", "fang.qi")
    shell.run("round", "team", "rename", "第三督查组", "综合督查组", "--round", NOW)
    shell.run("round", "team", "members", "综合督查组", "--round", NOW, "--add", "jiang.mu", "--remove", "fang.qi")
    shell.run("round", "labour", "set", "南坪县招考办", "--round", NOW, "--team", "综合督查组", "--reason", "分组调整")
    shell.run("round", "team", "remove", "第二督查组", "--round", NOW)
    with books() as session:
        round_id = session.scalars(select(Round.id).where(Round.number == NOW)).one()
        teams = session.scalars(select(Team).where(Team.round_id == round_id).order_by(Team.name)).all()
        assert [(team.name, [one.username for one in team.members]) for team in teams][1] == (
            "综合督查组",
            ["jiang.mu"],
        )
        office = select(Organization.id).where(Organization.name == "南坪县招考办").scalar_subquery()
        assert (
            session.scalars(
                select(Assignment.team_id).where(Assignment.round_id == round_id, Assignment.district_id == office)
            ).one()
            == teams[1].id
        )
    assert "还包干着区县" in shell.run("round", "team", "remove", "综合督查组", "--round", NOW, expect=1).output
    assert (
        "本轮次没有“第九督查组”" in shell.run("round", "team", "remove", "第九督查组", "--round", NOW, expect=1).output
    )


def test_units_take_part_or_not(shell: Shell) -> None:
    assert "南坪师范学院" not in shell.run("round", "units", NOW, "--remove", "南坪师范学院").output
    assert "明河理工学院" in shell.run("round", "units", NOW, "--only", "明河理工学院").output
    assert "南坪师范学院" in shell.run("round", "units", NOW, "--all").output
    assert "没有名为“无名学院”的机构" in shell.run("round", "units", NOW, "--add", "无名学院", expect=1).output


def test_a_round_is_closed_and_what_is_open_goes_on_in_the_next(
    shell: Shell, books: sessionmaker[Session], tmp_path: Path
) -> None:
    found(books)
    with books() as session:
        centre = session.scalars(select(Organization).where(Organization.kind == OrganizationKind.CENTRE)).one()
        leadership = session.scalars(
            select(Person.username).where(Person.organization_id == centre.id, Person.role == "leadership")
        ).first()
    assert leadership is not None
    undecided = shell.run("round", "close", NOW, "--as", leadership, expect=1).output
    assert "今年-0001" in undecided
    shell.run("round", "close", NOW, "--rest", "carried_over", "--reason", "转入下一轮次", "--as", leadership)
    early = shell.run("round", "carry-over", NEXT, NOW, "--as", leadership, expect=1).output
    assert "才开始，开始之前不登记任何事项" in early
    shell.run("round", "load", round_file(tmp_path, "自考", TODAY, TODAY + timedelta(50)))
    told = shell.run("round", "carry-over", "自考", NOW, "--as", leadership).output
    assert "已登记 1 个结转的问题" in told
    with books() as session:
        assert session.scalars(select(Finding.number).order_by(Finding.number)).all() == ["今年-0001", "自考-0001"]
    assert "已结束 / closed" in shell.run("round", "list").output
