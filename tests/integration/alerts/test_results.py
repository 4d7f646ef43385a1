"""What became of messages: on record once that is certain, and from then on whatever comes of telling others."""

import errno
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.alerts import delivery
from service.alerts.channels.outbox import Outbox
from service.alerts.channels.transport import ChannelDown, OutgoingMessage, PermanentFailure
from service.alerts.delivery import DeliveryReport
from service.alerts.results import Result, record_results
from tests.build.event_rows import make_overdue
from tests.fakes.recording_channel import SENDER, RecordingChannel, all_deliveries, drain, email
from tests.worlds.books import Town
from tests.worlds.rows import NOW, make_person
from workflows.vocabulary import Role


def test_when_nobody_can_be_told_what_was_sent_stays_on_record(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["university"], town.people["leader"]))
    channel.failures[email(town.people["university"])] = PermanentFailure("550 no such user")
    session.commit()
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'no'); END"
    if engine.dialect.name == "postgresql":
        refuse = "ALTER TABLE journal ADD CONSTRAINT refuse CHECK (false) NOT VALID"
    with engine.begin() as connection:
        connection.exec_driver_sql(refuse)
    assert (drain(engine, channel).sent, len(channel.carried)) == (1, 1)
    assert drain(engine, channel, at=NOW + timedelta(days=1)).tried == 0, "neither comes again"
    if engine.dialect.name == "postgresql":  # the next test has the same database
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE journal DROP CONSTRAINT refuse")


def test_an_outbox_makes_sure_of_a_portion_once_before_it_is_written_down(
    engine: Engine, session: Session, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_person(session, f"教师{number}", Role.UNIVERSITY, town.college) for number in range(12)]
    make_overdue(session, town, told=tuple(people))
    session.commit()
    outbox, steps = tmp_path / "outbox", list[str]()

    def sync(folder: Path) -> None:
        assert folder == outbox
        steps.append(f"{len(list(folder.iterdir()))} made sure of")

    def record(open_session: Session, results: Sequence[Result], *, now: datetime) -> set[str]:
        steps.append(f"{len(results)} written down")
        return record_results(open_session, results, now=now)

    monkeypatch.setattr("service.alerts.channels.outbox.sync_folder", sync)
    monkeypatch.setattr(delivery, "record_results", record)
    assert drain(engine, Outbox(outbox, SENDER)).sent == 12
    assert steps == ["10 made sure of", "10 written down", "12 made sure of", "2 written down"]


def test_nothing_is_written_down_as_sent_that_a_power_cut_might_take_away(
    engine: Engine, session: Session, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_overdue(session, town, told=(town.people["leader"], town.people["team_head"]))
    session.commit()
    outbox, tries = tmp_path / "outbox", list[Path]()

    def fail_once(folder: Path) -> None:  # as Linux does, which then says that all is well
        tries.append(folder)
        if len(tries) == 1:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("service.alerts.channels.outbox.sync_folder", fail_once)
    assert drain(engine, Outbox(outbox, SENDER)) == DeliveryReport(grouped=2, down=("mail",))
    assert len(tries) == 1
    files = {file.name: file.read_bytes() for file in outbox.iterdir()}
    assert len(files) == 2
    rows = all_deliveries(session)
    assert {(row.sent_at, row.attempts, row.lease_token) for row in rows} == {(None, 0, None)}
    assert all("Input/output error" in str(row.last_error) for row in rows)
    assert drain(engine, Outbox(outbox, SENDER), at=NOW + timedelta(minutes=1)).sent == 2
    assert {file.name: file.read_bytes() for file in outbox.iterdir()} == files, "the same, once more"


@pytest.mark.parametrize("lost", [False, True], ids=["the channel goes down", "the database is lost"])
def test_what_was_refused_stays_refused_though_what_was_sent_has_to_go_again(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, *, lost: bool
) -> None:
    people = sorted((town.people[name] for name in ("leader", "team_head", "inspector")), key=email)
    make_overdue(session, town, told=tuple(people))
    session.commit()
    error = OperationalError("SELECT", {}, Exception("server closed the connection"), connection_invalidated=True)

    def take_two(_: OutgoingMessage) -> None:
        if len(channel.tried) == 1:
            raise PermanentFailure("550 no such user")
        if len(channel.tried) == 3:
            raise error if lost else ChannelDown("dead line")

    channel.on_send, channel.unflushable = take_two, ChannelDown("the disk is full")
    report = drain(engine, channel)
    assert (report.sent, report.failed, report.down) == (0, 1, ("mail",))
    rows = {(row.given_up_at, row.sent_at, row.attempts, row.lease_token) for row in all_deliveries(session)}
    assert rows == {(NOW, None, 1, None), (None, None, 0, None)}
    channel.on_send, channel.unflushable = lambda _: None, None
    refused = channel.tried[0]
    drain(engine, channel, at=NOW + timedelta(minutes=1))
    assert channel.tried.count(refused) == 1
    assert {email(person) for person in people} - {refused} <= set(channel.readers)
