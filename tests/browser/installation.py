"""A running installation with its workers: a round that is some weeks old, with a deadline that is just over."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy

from sqlalchemy import select

from service.models import Person
from service.people.passwords import hash_password
from service.reports.plan import plan_due
from service.store.db import sessions
from service.store.rows_on_record.digests import recorded_at
from tests.fakes.duban import Duban, eventually
from tests.worlds.http import PASSWORD, Clock, World, build_round, open_app

BEGAN, NOTIFIED = timedelta(days=24), timedelta(days=4)  # before now
GOES_ON = timedelta(days=40)
ITEMS = (("1-12", "标准化考点建设"), ("1-13", "标准化考点建设"), ("1-20", "试卷保管"))
OVERDUE = "保密室钥匙由一人保管"  # whose deadline is over when the workers start
KEY = "只在测试里用的密钥" * 4  # as `open_app` has it


@dataclass(slots=True)
class PresentClock(Clock):
    """The clock on the wall, once the past has been written."""

    is_past: bool = True

    def now(self) -> datetime:
        return self.at if self.is_past else datetime.now(UTC)


@contextmanager
def installed(template: Path, folder: Path) -> Iterator[tuple[World, str]]:
    """`duban up` over a folder with a past, and a world that reads the same books; the workers have caught up."""
    now = datetime.now(UTC)
    world = _with_a_past(template, folder, now)
    settings = {"DUBAN_DATA_DIR": str(folder), "DUBAN_SECRET_KEY": KEY}
    with Duban("up", "--port", "0", folder=folder, settings=settings) as duban:
        duban.says("Duban is running")
        address = re.search(r"http://127\.0\.0\.1:\d+", duban.log())
        assert address
        assert eventually(lambda: world["leadership"].items("/findings", escalation_level="1"))
        yield world, address[0]
    world.engine.dispose()
    assert "Traceback" not in duban.log()


def _with_a_past(template: Path, folder: Path, now: datetime) -> World:
    copy(template, folder / "duban.db")
    began = (now - BEGAN).replace(microsecond=0)
    clock = PresentClock(began)
    app = open_app(f"sqlite:///{folder / 'duban.db'}", folder, clock)
    with sessions(app.extensions["duban"].engine)() as session:
        recorded_at(session, began)
        ids = build_round(session, now=began, days=(began.date(), (now + GOES_ON).date()), items=ITEMS)
        hashed = hash_password(PASSWORD)
        for person in session.scalars(select(Person)):
            person.password_hash = hashed
        plan_due(session, now=began)
        session.commit()
    world = World(app, clock, ids.tokens, ids=ids)
    world.go(now - NOTIFIED)
    world.rectifying(summary=OVERDUE, severity="major", deadline=now)
    world.go(now - timedelta(minutes=1))
    clock.is_past = False
    return world
