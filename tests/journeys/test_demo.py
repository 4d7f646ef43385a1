"""`duban demo` prints what a leader could read, and the data of `duban up --demo` keep their promises."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from cli.demo import demo
from demo.notice import LEADERS, TEAMS, office_of
from demo.rounds import DemoAccount, load_demo
from demo.steps import Days
from demo.story import MOVES, keep_evidence
from demo.texts import texts
from service.audit.verify import verify
from service.errors import InvalidInput
from service.evidence.evidence import damaged
from service.files.store import FolderStore
from service.findings.list import FindingFilter, list_findings
from service.findings.sweep import next_due_at
from service.models import Alert, Assignment, ChecklistItem, Delivery, Event, Finding, Organization, Person, Round, Team
from service.people.accounts import sign_in
from service.people.callers import caller_of
from service.people.tokens import authenticate
from service.rounds.rulebooks import calendar_in_force
from service.store.db import connect, sessions
from workflows.vocabulary import Move, OrganizationKind, Role, State

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)  # a Wednesday, 11:00 in Zhengzhou
ODD_INSTANTS = [
    datetime(2026, 2, 18, 15, 0, tzinfo=UTC),  # in the middle of the Spring Festival, close to midnight
    datetime(2026, 5, 9, 9, 0, tzinfo=UTC),  # 17:00 on a worked Saturday
]
ROLES = {"inspector", "team_head", "district", "university", "leader", "leadership", "bureau", "committee", "admin"}


@dataclass(frozen=True, slots=True)
class Loaded:
    engine: Engine
    store: FolderStore
    accounts: list[DemoAccount]


def load(url: str, folder: Path, now: datetime) -> Loaded:
    engine, store = connect(url), FolderStore(folder / "evidence")
    with sessions(engine).begin() as session:
        return Loaded(engine, store, load_demo(session, keep_evidence(store), now=now))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder = tmp_path_factory.mktemp("loaded")
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), folder / 'duban.db')}"
    else:
        template = request.getfixturevalue("postgresql_template")
        url = request.getfixturevalue("postgresql").create_database("demo_loaded", template=template)
    done = load(url, folder, NOW)
    yield done
    done.engine.dispose()


@pytest.fixture
def session(loaded: Loaded) -> Iterator[Session]:
    with sessions(loaded.engine)() as session:
        yield session


def test_the_demo_tells_every_story_to_its_end(tmp_path: Path) -> None:
    told = CliRunner().invoke(demo, ["--keep", str(tmp_path / "kept")])
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert [line for line in lines if line.startswith("━━")] == [
        "━━ 故事一　按期整改到位 ━━",
        "━━ 故事二　整改不到位，上报领导班子 ━━",
        "━━ 故事三　重大安全隐患无人过问，逐级上报 ━━",
        "━━ 故事四　申请延期，如期完成 ━━",
        "━━ 故事五　督查人员迟迟不复查 ━━",
    ]
    assert "04-29 周三 17:00 〔已上报〕 系统：向领导班子上报" in lines
    assert "05-09 周六 17:00 〔整改中〕 系统：超时未复查（督查不到位），第4次提醒" in lines
    reported = "示例十一大学、郑东新区招考办、督查组、郑示例（包干责任领导）、领导班子、市教育局、市招委"
    assert lines.count(f"    → 告知：{reported}") == 2  # the new deadline, and how it ended
    assert sum(line.startswith("结果：已销号") for line in lines) == 5
    assert "审计链核验通过" in told.output
    mails = list((tmp_path / "kept" / "outbox").glob("*.eml"))
    assert f"发出邮件 {len(mails)} 封" in told.output


def test_the_demo_speaks_english_too(tmp_path: Path) -> None:
    told = CliRunner().invoke(demo, ["--lang", "en", "--keep", str(tmp_path / "kept")])
    assert told.exit_code == 0, told.output
    assert "04-29 Wed 17:00 〔escalated〕 the clock: it goes up to the leadership team" in told.output
    assert "The audit chain holds" in told.output


def test_the_demo_leaves_a_folder_alone_that_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("别动")
    refused = CliRunner().invoke(demo, ["--keep", str(tmp_path)])
    assert refused.exit_code == 1
    assert "不是空文件夹" in refused.output
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_the_round_of_the_notice_is_there_to_the_letter_closed_and_silent(session: Session) -> None:
    round_ = session.scalars(select(Round).where(Round.number == "2021-35")).one()
    assert (str(round_.starts_on), str(round_.ends_on), round_.exam_days) == ("2021-03-29", "2021-06-06", [])
    assert round_.closed_at
    assert not session.scalar(select(func.count()).where(Finding.round_id == round_.id))
    assigned = session.scalars(select(Assignment).where(Assignment.round_id == round_.id)).all()
    assert {(row.district.name, row.leader.name) for row in assigned if row.leader} == {
        (office_of(district), leader) for leader, districts in LEADERS.items() for district in districts
    }
    assert len(assigned) == 11
    teams = session.scalars(select(Team).where(Team.round_id == round_.id)).all()
    assert {team.name: {person.name for person in team.members} for team in teams} == {
        team.name: {team.head, *team.members} for team in TEAMS
    }
    named = {row.leader for row in assigned if row.leader} | {person for team in teams for person in team.members}
    assert all(person.username is None and person.email is None for person in named)
    assert len(named) == 3 + 13


def test_the_demo_round_covers_every_district_with_two_universities_and_an_exam_ahead(session: Session) -> None:
    round_ = session.scalars(select(Round).where(Round.closed_at.is_(None))).one()
    assert round_.number == "2026-督1"
    assert round_.exam_on
    assert timedelta(weeks=9) < round_.exam_on - NOW.date() < timedelta(weeks=12)
    assert session.scalar(select(func.count()).where(Assignment.round_id == round_.id)) == 11
    assert session.scalar(select(func.count()).where(ChecklistItem.round_id == round_.id)) == 123
    kind = Organization.kind == OrganizationKind.UNIVERSITY
    universities = session.execute(select(Organization.parent_id, func.count()).where(kind).group_by("parent_id"))
    counts = [count for _, count in universities]
    assert len(counts) == 11
    assert min(counts) >= 2


def test_accounts_hold_what_the_contract_promises(session: Session, loaded: Loaded) -> None:
    accounts = loaded.accounts
    assert {account.role for account in accounts} == ROLES
    for field in ("username", "password", "token"):
        assert len({getattr(account, field) for account in accounts}) == len(accounts)
    callers = {account.username: authenticate(session, account.token, now=NOW).actor for account in accounts}
    assert {name: str(caller.role) for name, caller in callers.items()} == {
        account.username: account.role for account in accounts
    }
    covered = {id_ for caller in callers.values() if caller.role is Role.INSPECTOR for id_ in caller.district_ids}
    of_universities = [callers[account.username] for account in accounts if account.role == "university"]
    districts = {session.get_one(Organization, caller.organization_id).parent_id for caller in of_universities}
    assert len(districts) == 11
    assert districts <= covered
    assert all(
        session.get_one(Organization, callers[a.username].organization_id).name == a.organization for a in accounts
    )


def test_a_password_of_the_accounts_file_lets_its_owner_in(session: Session, loaded: Loaded) -> None:
    account = next(account for account in loaded.accounts if account.role == "leader")
    person = sign_in(session, username=account.username, password=account.password, now=NOW)
    assert caller_of(session, person).actor.district_ids


def test_findings_stand_in_every_state_and_have_lived_through_it(session: Session, loaded: Loaded) -> None:
    findings = session.scalars(select(Finding)).all()
    assert Counter((str(finding.state), finding.escalation_level) for finding in findings).keys() == {
        *((str(state), 0) for state in State if state is not State.ESCALATED),
        *(("escalated", 1), ("escalated", 2), ("rectifying", 2)),
    }
    assert any(finding.receipt_deemed and finding.state is State.NOTIFIED for finding in findings)
    assert sum(finding.pending_submission_id is not None for finding in findings) >= 2
    assert sum(finding.pending_extension_id is not None for finding in findings) == 1
    assert sum(finding.voided_at is not None for finding in findings) == 1
    assert sum(finding.recurrences for finding in findings) == 1
    assert {"settle", "refuse", "reply", "grant_extension", "set_anew", "review_partial"} <= {
        str(move) for move in session.scalars(select(Event.move).distinct())
    }
    assert len({finding.district_id for finding in findings}) == 11
    assert len({finding.checklist_item.category for finding in findings if finding.checklist_item}) == 8
    assert verify(session) == []
    assert list(damaged(session, loaded.store)) == []


def test_every_finding_is_logged_and_every_move_of_people_made(session: Session) -> None:
    told = texts("findings.toml", "zh")["finding"]
    assert session.scalar(select(func.count(Finding.id))) == len(told)
    made = {Move(move) for move in session.scalars(select(Event.move).distinct())}
    assert made.issuperset(MOVES)


def test_only_the_mail_of_the_last_working_day_waits(session: Session) -> None:
    assert (next_due_at(session) or NOW) > NOW
    waiting = session.scalars(select(Alert.created_at).where(Alert.message_id.is_(None))).all()
    assert waiting
    assert min(waiting) >= Days(calendar_in_force(session), NOW).instant("0 00:00")
    old = session.scalars(select(Alert.id).where(Alert.message_id.is_not(None))).all()
    assert len(old) > 5 * len(waiting)
    assert not session.scalars(select(Delivery.id)).all()


def test_a_leader_finds_something_to_acknowledge(session: Session) -> None:
    person = session.scalars(select(Person).where(Person.username == "leader-3")).one()
    pending = select(func.count()).where(Alert.person_id == person.id, Alert.acknowledged_at.is_(None))
    assert session.scalar(pending)


def test_the_demo_data_are_not_loaded_twice(loaded: Loaded) -> None:
    with pytest.raises(InvalidInput), sessions(loaded.engine).begin() as session:
        load_demo(session, {}, now=NOW)


@pytest.mark.parametrize("now", ODD_INSTANTS, ids=str)
def test_the_data_are_right_whenever_they_are_loaded(sqlite_url: str, tmp_path: Path, now: datetime) -> None:
    loaded = load(sqlite_url, tmp_path, now)
    with sessions(loaded.engine)() as session:
        leadership = session.scalars(select(Person).where(Person.role == Role.LEADERSHIP)).first()
        assert leadership
        actor = caller_of(session, leadership).actor
        for state in State:
            assert list_findings(session, FindingFilter(state=state), actor=actor, now=now).items
        assert (next_due_at(session) or now) > now
        assert session.scalars(select(Alert.id).where(Alert.message_id.is_(None))).first(), "a mail to look at"
    loaded.engine.dispose()
