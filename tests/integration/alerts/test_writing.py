"""Letters are read and written while nobody waits for it, and what happens when the database is lost meanwhile."""

from time import sleep
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.alerts import delivery
from service.alerts.delivery import DeliveryReport
from service.alerts.messages import UnwrittenMessage, load_messages
from service.store.db import connect, sessions
from tests.build.event_rows import crowd, make_overdue
from tests.fakes.recording_channel import (
    RecordingChannel,
    all_deliveries,
    drain,
)
from tests.worlds.books import Town, build_town
from tests.worlds.rows import NOW


def test_letters_are_read_and_written_outside_the_transaction_that_leases_them(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    """On SQLite every writer would wait meanwhile; on PostgreSQL a long reading would be cut, for ever."""
    told: list[bool] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "JOIN events" in statement or "FROM findings JOIN rounds" in statement:
            told.append(connection.get_execution_options().get("reading", False))

    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    told.clear()
    assert drain(engine, channel).sent == 1
    assert told == [True] * len(told) != []


def test_five_hundred_findings_at_once_are_mailed_though_reading_them_takes_longer_than_a_transaction_may_idle(
    postgresql_url: str, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is far from what any statement waits for on a busy machine, and the reading is slower still."""
    patient = connect(postgresql_url)
    with sessions(patient)() as session:
        town = build_town(session)
        told = [town.people[name] for name in ("leader", "university", "team_head", "inspector")]
        crowd(session, town, 500, told)
        session.commit()
    waited = iter([5.0])

    def load_slowly(*arguments: Any, **named: Any) -> dict[str, UnwrittenMessage]:
        sleep(next(waited, 0.0))
        return load_messages(*arguments, **named)

    monkeypatch.setattr("service.alerts.writing.load_messages", load_slowly)
    cut = create_engine(
        postgresql_url, connect_args={"options": "-c timezone=UTC -c idle_in_transaction_session_timeout=4s"}
    )
    assert drain(cut, channel).sent == len(told)
    assert next(waited, None) is None
    assert {message.subject for message in channel.carried} == {"【督办】500 项逾期"}
    cut.dispose()
    patient.dispose()


def test_a_database_lost_while_letters_are_read_costs_no_message_an_attempt(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a database that is cut again and again, counted attempts kept mail back for minutes after it was well."""
    make_overdue(session, town, told=(town.people["leader"], town.people["inspector"]))
    session.commit()

    def cut_off(*_: object, **_named: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"), connection_invalidated=True)

    with monkeypatch.context() as patched:
        patched.setattr("service.alerts.writing.load_messages", cut_off)
        assert drain(engine, channel) == DeliveryReport(grouped=2)
    assert [one.attempts for one in all_deliveries(session)] == [0, 0]
    assert drain(engine, channel, at=NOW + delivery.BOOKS_AGAIN_AFTER).sent == 2
