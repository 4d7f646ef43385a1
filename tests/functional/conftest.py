"""The stage: the application over a fresh database, with a clock that tests move and a client for each of the cast."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from api.app import create_app
from api.http.context import Resources
from service.findings.sweep import BATCH
from service.reports.plan import plan_due
from service.settings import Settings
from service.store.db import sessions
from tests.fakes.client import Client, Json
from tests.servers import PostgreSQL
from tests.worlds.cast import Cast, build_cast, local
from workers.jobs import SWEPT

OPENS_AT = local(4, 12, 10)  # a Monday with two plain working weeks ahead
MINUTE = timedelta(minutes=1)
DEADLINE = local(4, 23)  # the Friday of the second


@dataclass(slots=True)
class Stage:
    """Everything that a story needs."""

    app: Flask
    cast: Cast
    clock: "Clock"
    clients: dict[str, Client] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Client:
        return self.clients.setdefault(who, Client(self.app, self.cast.tokens[who]))

    @property
    def anonymous(self) -> Client:
        return Client(self.app)

    @property
    def engine(self) -> Engine:
        resources: Resources = self.app.extensions["duban"]
        return resources.engine

    def another(self, redis_url: str | None = None) -> "Stage":
        """A second process on the same database."""
        resources: Resources = self.app.extensions["duban"]
        settings = replace(resources.settings, redis_url=redis_url)
        return Stage(create_app(settings, now=self.clock.now), self.cast, self.clock)

    def go(self, at: datetime) -> None:
        """Let time pass until then, with workers that are never late."""
        while (due_at := self._next_due_at()) is not None and due_at <= at:
            self.clock.at = max(due_at, self.clock.at)
            self.sweep()
        self.clock.at = at

    def sweep(self) -> None:
        """What a worker does at this moment."""
        with sessions(self.engine)() as session:
            for one in SWEPT:
                one.batch(session, now=self.clock.at, limit=BATCH)
            session.commit()

    def _next_due_at(self) -> datetime | None:
        with sessions(self.engine)() as session:
            return min((at for one in SWEPT if (at := one.next_at(session))), default=None)

    def logged(self, who: str = "inspector", **known: Any) -> Json:
        """A finding against the university, logged by somebody."""
        body = {"organization_id": self.cast.university_id, "summary": "考场监控有盲区", "severity": "general", **known}
        return self[who].post("/findings", body)

    def notified(self, *, deadline: datetime = DEADLINE, **known: Any) -> Json:
        """A finding of the centre, notified."""
        finding = self.logged(**known)
        self.clock.at += MINUTE
        body = {"requirement": "补装摄像头，消除盲区", "deadline": deadline.isoformat()}
        return self["inspector"].move(f"/findings/{finding['id']}/notification", body)

    def rectifying(self, **known: Any) -> Json:
        """The same, received."""
        finding = self.notified(**known)
        self.clock.at += MINUTE
        return self["university"].move(f"/findings/{finding['id']}/receipt", {"plan": "三日内完成采购"})

    def submitted(self, **known: Any) -> Json:
        """The same, marked done; answers with the submission."""
        finding = self.rectifying(**known)
        return self.submit(finding["id"])

    def submit(self, finding_id: str, *, expect: int = 201) -> Json:
        """Mark a finding done, with evidence."""
        self.clock.at += MINUTE
        body = {"measures": "已补装 4 台摄像头", "evidence_ids": [self["university"].upload()["id"]]}
        return self["university"].post(f"/findings/{finding_id}/submissions", body, expect=expect)

    def finding(self, finding_id: str, who: str = "inspector") -> Json:
        """The finding as somebody sees it now."""
        return self[who].get(f"/findings/{finding_id}")


@dataclass(slots=True)
class Clock:
    """The time on stage."""

    at: datetime = OPENS_AT

    def now(self) -> datetime:
        return self.at


def set_stage(url: str, folder: Path, *, redis_url: str | None = None) -> Stage:
    """A stage over an empty database with the newest schema."""
    clock = Clock()
    settings = Settings(
        database_url=url,
        redis_url=redis_url,
        data_dir=folder,
        secret_key="只在测试里用的密钥" * 4,
        smtp_url=None,
        base_url="http://127.0.0.1:8000",
    )
    app = create_app(settings, now=clock.now)
    resources: Resources = app.extensions["duban"]
    with sessions(resources.engine)() as session:
        cast = build_cast(session, now=clock.at - timedelta(days=1))
        session.commit()
    return Stage(app, cast, clock)


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    """The stage over SQLite."""
    set_up = set_stage(sqlite_url, tmp_path)
    yield set_up
    set_up.engine.dispose()


@pytest.fixture
def weekly(stage: Stage) -> Stage:
    """The stage with every unit's weekly reports."""
    with sessions(stage.engine).begin() as session:
        plan_due(session, now=stage.clock.at)
    return stage


@pytest.fixture
def stage_on_each(database_url: str, tmp_path: Path) -> Iterator[Stage]:
    """The stage over SQLite, then over PostgreSQL."""
    set_up = set_stage(database_url, tmp_path)
    yield set_up
    set_up.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def steady(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage that a module shares, over SQLite, then over PostgreSQL: nothing that happens there changes anything."""
    folder = tmp_path_factory.mktemp("steady")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, folder / 'duban.db')}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        name = f"steady_{folder.name}_{os.getpid()}"
        url = server.create_database(name, template=request.getfixturevalue("postgresql_template"))
    set_up = set_stage(url, folder)
    yield set_up
    set_up.engine.dispose()
