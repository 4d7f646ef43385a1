"""Nobody waits for a lock that is about something else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from service.security_log.writing import NewSecurityEntry, record_security
from service.store.advisory_locks import AdvisoryLock
from service.store.db import connect
from tests.worlds.rows import NOW
from workflows.security import SecurityKind


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    engine = connect(postgresql_url)
    yield engine
    engine.dispose()


def test_the_security_log_is_written_while_a_timetable_runs_and_a_schema_is_looked_at(engine: Engine) -> None:
    with engine.connect() as other, Session(engine) as session:
        for held in (AdvisoryLock.TIMETABLE, AdvisoryLock.UPGRADE):
            other.execute(select(func.pg_advisory_lock(held)))
        session.execute(text("SET LOCAL lock_timeout = '1s'"))
        record_security(session, NewSecurityEntry(kind=SecurityKind.SIGN_IN), now=NOW)
        session.commit()
