"""The one clock."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.models import Heartbeat
from service.store.clock import now
from service.store.db import connect, sessions


def test_the_time_is_an_aware_instant_in_utc_and_runs_on_within_a_transaction(session: Session) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    first, second = now(session), now(session)
    assert before < first < second < before + timedelta(minutes=5)
    assert (first.tzinfo, second.tzinfo) == (UTC, UTC)


def test_the_time_comes_back_from_the_books_unchanged(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        at = now(session)
        session.add(Heartbeat(process="timetable", at=at))
    with sessions(engine)() as session:
        assert session.scalars(select(Heartbeat.at)).one() == at


def test_hosts_with_other_zones_agree(postgresql_url: str) -> None:
    engine = connect(f"{postgresql_url}&options=-ctimezone%3DAsia/Shanghai")
    with sessions(engine)() as session:
        assert now(session).utcoffset() == timedelta(0)
    engine.dispose()
