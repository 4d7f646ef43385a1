"""Races on PostgreSQL between a write and the moment at which its writer loses the post: lost is lost at once."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import CalendarFeed, Finding, Person, Team, TeamMember
from service.people.changes import move_person
from service.people.tokens import issue_token
from service.round_changes.teams import change_team
from tests.build.racing import run_together
from tests.fakes.client import Client
from tests.worlds.http import World, open_world
from workflows.findings.facts import OPERATOR
from workflows.vocabulary import Role

POSTS = 184
BUSY, RARELY = 503, 2  # who has waited for the other for too long is told to try again, and has written nothing
TEAMS = 16  # dearer, for each logs a finding
# tokens that have ended are counted by address
FROM = ({"REMOTE_ADDR": f"10.0.{place // 250}.{place % 250}"} for place in itertools.count())
LATER = itertools.cycle(thousandths / 1000 for thousandths in range(0, 30, 3))  # seconds: some are too late
Took = Callable[[Session, str], None]


@pytest.fixture
def office(postgresql_url: str, tmp_path: Path) -> Iterator[World]:
    world = open_world(postgresql_url, tmp_path)
    yield world
    world.engine.dispose()


def written(session: Session, person_id: str) -> int:
    """How much the person has written that the post allowed: open addresses of the calendar, and findings."""
    feeds = select(func.count()).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    findings = select(func.count()).where(Finding.created_by_id == person_id)
    return (session.scalar(feeds) or 0) + (session.scalar(findings) or 0)


def race(office: World, take: Took, path: str, body: dict[str, str]) -> tuple[int, int]:
    """The status of a write that is sent while its writer loses the post, and what it added after that."""
    id_ = office.ids.person_ids["inspector"]
    with office.session() as session:
        person = session.get_one(Person, id_)
        writer = Client(office.app, issue_token(session, person=person, now=office.clock.at))
        session.commit()
    seen: list[int] = []

    def write() -> None:
        time.sleep(next(LATER))
        seen.append(writer.call("POST", path, json=body, environ_overrides=next(FROM)).status_code)

    def lose() -> None:
        with office.session() as session:
            take(session, id_)
            seen.append(-written(session, id_))  # all that is committed by now
            session.commit()

    assert run_together(write, lose) == []
    with office.session() as session:
        return max(seen), written(session, id_) + min(seen)


def test_of_200_writes_that_race_with_the_loss_of_a_post_none_comes_after_it(office: World) -> None:
    def move(session: Session, person_id: str) -> None:
        role = session.get_one(Person, person_id).role
        other = Role.TEAM_HEAD if role is Role.INSPECTOR else Role.INSPECTOR
        move_person(session, person_id, role=other, actor=OPERATOR, now=office.clock.at)

    def leave(session: Session, person_id: str) -> None:
        (team,) = session.scalars(select(Team).where(Team.name == "第一督查组"))
        change_team(
            session, team.id, member_ids=[office.ids.person_ids["team_head"]], actor=OPERATOR, now=office.clock.at
        )

    def join(office: World) -> None:
        with office.session() as session:
            (team,) = session.scalars(select(Team.id).where(Team.name == "第一督查组"))
            session.add(TeamMember(team_id=team, person_id=office.ids.person_ids["inspector"]))
            session.commit()

    moves = [race(office, move, "/me/calendar", {}) for _ in range(POSTS)]
    finding = {"organization_id": office.ids.university_id, "summary": "考场时钟停走", "severity": "general"}
    leavings = []
    for _ in range(TEAMS):
        leavings.append(race(office, leave, "/findings", finding))
        join(office)
    assert {after for _, after in moves + leavings} == {0}
    assert {status for status, _ in moves} <= {201, 401, BUSY}
    assert {status for status, _ in leavings} <= {201, 422, BUSY}
    assert sum(status == BUSY for status, _ in moves + leavings) <= RARELY
    assert 401 in {status for status, _ in moves}, "no write ever came too late: these were no races"
