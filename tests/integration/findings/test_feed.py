"""The feed of events: each once, in order, none lost to a slow transaction; and only what the caller may see."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.findings.feed import list_events
from service.findings.rectification_notices import begin
from service.models import Event, Finding
from service.store.db import connect, sessions
from tests.build.crowd import add_findings
from tests.build.racing import run_together
from tests.worlds.books import FOUND_AT, Town, build_town, log_finding, notify_finding, receive_finding
from workflows.findings.facts import Actor


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    engine = connect(postgresql_url)
    yield engine
    engine.dispose()


def follow(
    session: Session, actor: Actor, *, after: str | None = None, limit: int = 3
) -> tuple[list[Event], str | None]:
    """Everything after the cursor, and where to go on."""
    events: list[Event] = []
    while True:
        page = list_events(session, actor=actor, after=after, limit=limit)
        after = page.next_cursor
        if not page.items:
            return events, after
        events += [event for event, _ in page.items]


def test_every_event_comes_once_and_in_the_order_of_its_finding(session: Session, town: Town) -> None:
    findings = [receive_finding(session, town) for _ in range(4)]
    session.commit()
    events, cursor = follow(session, town.leadership)
    session.commit()
    assert len({event.id for event in events}) == len(events) == 12
    for finding in findings:
        assert [event.position for event in events if event.finding_id == finding.id] == [1, 2, 3]
    assert follow(session, town.leadership, after=cursor) == ([], cursor)
    log_finding(session, town)
    session.commit()
    fresh, _ = follow(session, town.leadership, after=cursor)
    assert [str(event.move) for event in fresh] == ["log"]


def test_an_empty_feed_has_no_cursor_yet(session: Session, town: Town) -> None:
    assert follow(session, town.leadership) == ([], None)


def test_everybody_reads_what_he_or_she_may_see(session: Session, town: Town) -> None:
    log_finding(session, town)
    notify_finding(session, town)
    session.commit()
    read = {name: [str(event.move) for event in follow(session, actor)[0]] for name, actor in town.everybody().items()}
    seen = {name: moves for name, moves in read.items() if moves}
    everything = ["log", "log", "notify"]
    assert seen == {
        **dict.fromkeys(("inspector", "team_head", "leader", "leadership", "district"), everything),
        "university": ["log", "notify"],
    }


def test_cursors_that_the_feed_never_gave_out_are_refused(session: Session, town: Town) -> None:
    wrong = (
        "x",
        "1",
        "-",
        "-5",
        "5-",
        "1-2-3",
        "1-−2",
        "９-9",
        " 1-1",
        "1-1\n",
        "9" * 19 + "-1",
        "1" * 30 + "-1",
        "1-\0",
    )
    for cursor in wrong:
        with pytest.raises(InvalidInput) as refused:
            list_events(session, actor=town.leadership, after=cursor, limit=1)
        assert refused.value.fields == {"after": "unknown_cursor"}, cursor


def test_a_slow_transaction_is_never_passed(postgresql_engine: Engine) -> None:
    """The slow one takes its serial first and commits last: by serial alone its event would be skipped for ever."""
    make = sessions(postgresql_engine)
    with make() as slow, make() as quick, make() as reader:
        town = build_town(slow)
        first, second = notify_finding(slow, town), notify_finding(slow, town)
        slow.commit()
        before, cursor = follow(reader, town.leadership)
        reader.commit()
        begin(slow, first.id, actor=town.university, now=FOUND_AT + timedelta(hours=1))
        begin(quick, second.id, actor=town.university, now=FOUND_AT + timedelta(hours=1))
        quick.commit()
        meanwhile, cursor = follow(reader, town.leadership, after=cursor)
        reader.commit()
        assert meanwhile == []  # the quick one's event waits for the slow one
        slow.commit()
        then, _ = follow(reader, town.leadership, after=cursor)
        assert sorted(event.finding_id for event in then) == sorted([first.id, second.id])
        assert len(before) == 4


def test_a_reader_follows_many_writers_without_losing_one(postgresql_engine: Engine) -> None:
    make = sessions(postgresql_engine)
    with make() as session:
        town = build_town(session)
        ids = add_findings(session, town, 60, receipt_signed=False)
    writers, left = 6, [6]
    read: list[str] = []

    def write(part: list[str]) -> None:
        for id_ in part:
            with make.begin() as own:
                begin(own, id_, actor=town.university, now=FOUND_AT + timedelta(hours=1))
        left[0] -= 1

    def reads() -> None:
        cursor = None
        while True:
            over = left[0] == 0
            with make() as own:
                events, cursor = follow(own, town.leadership, after=cursor, limit=7)
            read.extend(event.id for event in events)
            if over and not events:
                return

    parts = [ids[n::writers] for n in range(writers)]
    assert run_together(reads, *[lambda part=part: write(part) for part in parts]) == []
    with make() as session:
        assert len(read) == len(set(read)) == session.scalar(select(func.count(Event.id))) == 60
        assert session.scalar(select(func.count(Finding.id)).where(Finding.receipt_signed)) == 60
