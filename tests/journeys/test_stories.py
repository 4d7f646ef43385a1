"""The notice's stories on both databases: every step at its instant, whoever was told of it, and the mails.

2026: 1 to 5 May are holidays, Saturday 9 May is worked.
"""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from service.alerts.delivery import next_delivery_at
from service.audit.verify import verify
from service.findings.sweep import next_due_at
from service.models import Alert, Delivery, Message
from service.store.db import sessions
from tests.journeys.played_stories import PlayedStories, playing
from tests.journeys.steps import STORIES
from tests.servers import PostgreSQL

_NUMBERS = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedStories]:
    folder = tmp_path_factory.mktemp("stories")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, folder / 'duban.db')}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        name = f"stories_{next(_NUMBERS)}"
        url = server.create_database(name, template=request.getfixturevalue("postgresql_template"))
    played = playing(url, folder)
    yield played
    played.engine.dispose()


@pytest.mark.parametrize("story", STORIES)
def test_every_step_comes_at_its_instant_and_is_told_to_whom_it_concerns(played: PlayedStories, story: str) -> None:
    assert played.steps(story) == [(*step[:4], " ".join(sorted(step[4].split()))) for step in STORIES[story]]


def test_every_story_is_played(played: PlayedStories) -> None:
    assert set(played.played.cases) == set(STORIES)


def test_a_deadline_is_missed_one_microsecond_after_it(played: PlayedStories) -> None:
    with played.session() as session:
        (missed,) = [event for event in played.events(session, "nobody_touches") if event.move == "expire"]
        assert missed.at == played.at(4, 29, 17).replace(microsecond=1)


@pytest.mark.parametrize(
    ("story", "move", "deadline"),
    [
        ("more_time", "begin", (5, 7, 17)),  # six working days from receipt
        ("more_time", "grant_extension", (5, 13, 17)),
        ("put_right_badly", "review_fail", (5, 9, 17)),  # one working day of grace
        ("put_right_badly", "set_anew", (5, 19, 17)),
    ],
)
def test_an_event_says_to_when_it_set_the_deadline(
    played: PlayedStories, story: str, move: str, deadline: tuple[int, int, int]
) -> None:
    with played.session() as session:
        event = next(event for event in played.events(session, story) if event.move == move)
        assert event.data["deadline_set"] == played.at(*deadline).isoformat()


def test_everyone_who_was_told_of_an_escalation_is_told_how_it_ended(played: PlayedStories) -> None:
    for story in ("nobody_touches", "put_right_badly"):
        *before, end = played.steps(story)
        told = {name for step in before if step[3] > 0 for name in step[4].split()}
        inspector = {"nobody_touches": "inspector-41", "put_right_badly": "inspector-12"}[story]  # whose review it is
        assert told - {inspector} == set(end[4].split())


def test_what_falls_due_at_one_moment_reaches_a_person_as_one_mail(played: PlayedStories) -> None:
    mails = [mail for mail in played.mails()["zhengdong-1"] if mail["Date"] == "Wed, 29 Apr 2026 17:00:00 +0800"]
    assert len(mails) == 1
    assert (
        "逾期未整改到位，已上报领导班子" in mails[0].get_content()
    )  # of two rungs at once the last alone; the inbox has both


def test_the_leadership_team_reads_what_has_come_up_and_nothing_else(played: PlayedStories) -> None:
    assert [mail["Subject"] for mail in played.mails()["leadership-1"]] == [
        "【督办】上报领导班子：示例十一大学2026-演示-0002号问题",
        "【督办】提醒未确认：示例十一大学2026-演示-0002号问题",
        "【督办】待提处理意见：示例十一大学2026-演示-0002号问题",
        "【督办】处理意见：示例十一大学2026-演示-0002号问题",
        "【督办】批复：示例十一大学2026-演示-0002号问题",
        "【督办】超时未复查：示例十学院2026-演示-0004号问题",
        "【督办】超时未复查：示例十学院2026-演示-0004号问题",
        "【督办】整改不到位上报：云桥示例学院2026-演示-0005号问题",
        "【督办】超时未复查：示例十学院2026-演示-0004号问题",
        "【督办】处理意见：云桥示例学院2026-演示-0005号问题",
        "【督办】已销号：示例十一大学2026-演示-0002号问题",
        "【督办】已销号：云桥示例学院2026-演示-0005号问题",
    ]


def test_bureau_and_committee_hear_of_what_was_reported_and_how_it_ended(played: PlayedStories) -> None:
    for name in ("bureau", "committee"):
        subjects = [mail["Subject"].removeprefix("【督办】")[:4] for mail in played.mails()[name]]
        assert subjects == ["处理意见", "处理意见", "已销号：", "已销号："]


def test_a_university_gets_mail_about_its_own_findings_alone(played: PlayedStories) -> None:
    for mail in played.mails()["zhengdong-2"]:
        assert "镜湖示例学院" in mail["Subject"]
        assert "0003" in mail.get_content()


def test_every_mail_says_what_its_findings_are_about_and_names_no_other(played: PlayedStories) -> None:
    with played.session() as session:
        findings = [played.finding(session, story) for story in STORIES]
        summaries = {finding.number: finding.summary for finding in findings}
    bodies = [mail.get_content() for mails in played.mails().values() for mail in mails]
    assert len(bodies) > 100
    for body in bodies:
        about = {number for number in summaries if number in body}
        assert {number for number, summary in summaries.items() if summary in body} == about


def test_every_alert_went_out_once(played: PlayedStories) -> None:
    with played.session() as session:
        assert not session.scalars(select(Alert.id).where(Alert.message_id.is_(None))).all()
        sent = session.scalars(select(Delivery.message_id).where(Delivery.sent_at.is_not(None))).all()
        assert sorted(sent) == sorted(session.scalars(select(Message.id)))
    ids = [mail["Message-ID"] for mails in played.mails().values() for mail in mails]
    assert len(ids) == len(set(ids)) == len(sent)


def test_once_all_is_verified_nothing_is_due_and_every_chain_holds(played: PlayedStories) -> None:
    with sessions(played.engine)() as session:
        assert next_due_at(session) is None
        assert next_delivery_at(session) is None
        assert verify(session) == []
