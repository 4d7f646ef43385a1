"""What became of messages stays on record, whatever comes of telling others."""

from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.alerts.channels.transport import PermanentFailure
from tests.build.event_rows import make_overdue
from tests.fakes.recording_channel import RecordingChannel, drain, email
from tests.worlds.books import Town
from tests.worlds.rows import NOW


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
