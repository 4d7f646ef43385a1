"""What processes record of themselves."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.store.heartbeats import beat, last_beats

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)


def test_the_last_beat_of_each_process_is_known(session: Session) -> None:
    later = NOW + timedelta(seconds=30)
    beat(session, "worker", now=NOW)
    beat(session, "timetable", now=NOW)
    beat(session, "worker", now=later)
    assert last_beats(session) == {"timetable": NOW, "worker": later}
