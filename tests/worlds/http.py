"""The world of tests over HTTP: the application, a clock that tests move, and a client for everybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.app import create_app
from api.http.context import Resources
from service.documents.rendering import RenderTools, make_due
from service.findings.sweep import BATCH
from service.people.passwords import hash_password
from service.people.tokens import issue_token
from service.rounds.rounds import NewRound, open_round
from service.rounds.rulebooks import keep_shipped
from service.settings import Settings
from service.store.db import sessions
from service.store.rows_on_record.digests import recorded_at
from tests.build.checklists import add_checklist
from tests.fakes.client import Client, Json
from tests.worlds.kept import Rows, rows_in, write_rows
from tests.worlds.people import UNIVERSITY, add_organizations, add_people, add_teams
from workers.jobs import SWEPT, Sweep

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "督查-整改-销号-2021"  # of the inspector


def local(month: int, day: int, hour: int = 17, minute: int = 0) -> datetime:
    """An instant of 2021 by the clock of the round."""
    return datetime(2021, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


OPENS_AT = local(4, 12, 10)  # a Monday with two plain working weeks ahead
SEEDED_AT = OPENS_AT - timedelta(days=1)
MINUTE = timedelta(minutes=1)
DEADLINE = local(4, 23)  # the Friday of the second


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of what there is, by the names in `tests.worlds.people`, and a bearer token for everybody."""

    round_id: str
    checklist_id: str
    checklist_item_id: str
    organization_ids: Mapping[str, str]
    person_ids: Mapping[str, str]
    tokens: dict[str, str]

    @property
    def university_id(self) -> str:
        return self.organization_ids[UNIVERSITY]


def build_round(
    session: Session,
    *,
    now: datetime,
    days: tuple[date, date] = (date(2021, 4, 1), date(2021, 6, 30)),
    items: Iterable[tuple[str, str]] = (("1-12", "标准化考点建设"),),
) -> Ids:
    """Write a round with all people and a small checklist into an empty database; the caller commits."""
    organizations = add_organizations(session)
    people = add_people(session, organizations, now=now)
    policy_version = keep_shipped(session, now=now)
    new = NewRound("2021-35", "专升本考试安全督查（示例）", *days, policy_version)
    round_ = open_round(session, new)
    add_teams(session, round_, organizations, people)
    item, *_ = add_checklist(session, round_, items)
    people["inspector"].password_hash = _password_hash()
    tokens = {who: issue_token(session, person=person, now=now) for who, person in people.items()}
    return Ids(
        round_.id,
        item.checklist_id,
        item.id,
        {name: organization.id for name, organization in organizations.items()},
        {who: person.id for who, person in people.items()},
        tokens,
    )


@cache
def _password_hash() -> str:
    """Hashed once: it takes its time, as it should."""
    return hash_password(PASSWORD)


@dataclass(slots=True)
class Clock:
    """The time that the application goes by."""

    at: datetime = OPENS_AT

    def now(self) -> datetime:
        return self.at


def open_app(url: str, folder: Path, clock: Clock, *, redis_url: str | None = None) -> Flask:
    """The application over a database; files go into the folder."""
    settings = Settings(
        database_url=url,
        redis_url=redis_url,
        data_dir=folder,
        secret_key="只在测试里用的密钥" * 4,
        smtp_url=None,
        base_url="http://127.0.0.1:8000",
    )
    return create_app(settings, now=clock.now)


@dataclass(slots=True)
class Site:
    """An application with its clock, its workers, and a client for whoever has a token."""

    app: Flask
    clock: Clock
    tokens: dict[str, str]
    sweeps: tuple[Sweep, ...] = SWEPT  # what `go` lets workers do

    def __getitem__(self, who: str) -> Client:
        return Client(self.app, self.tokens[who])

    @property
    def anonymous(self) -> Client:
        return Client(self.app)

    @property
    def resources(self) -> Resources:
        resources: Resources = self.app.extensions["duban"]
        return resources

    @property
    def engine(self) -> Engine:
        return self.resources.engine

    def session(self) -> Session:
        return sessions(self.engine)()

    def go(self, at: datetime) -> None:
        """Let time pass until then, with workers that are never late."""
        while (due_at := self.next_due_at()) is not None and due_at <= at:
            self.clock.at = max(due_at, self.clock.at)
            self.sweep()
        self.clock.at = at

    def sweep(self) -> None:
        """Do what workers do at this moment."""
        with self.session() as session:
            for sweep in self.sweeps:
                while sweep.batch(session, now=self.clock.at, limit=BATCH) == BATCH:
                    session.commit()
            session.commit()

    def next_due_at(self) -> datetime | None:
        """When the clock has something to do next."""
        with self.session() as session:
            return min((at for sweep in self.sweeps if (at := sweep.next_at(session))), default=None)


def make_documents(app: Flask) -> int:
    """Do what a worker of the render queue does at this moment; how many documents it made."""
    resources: Resources = app.extensions["duban"]
    tools = RenderTools(resources.reading, resources.store, resources.papers, resources.settings.data_dir / "templates")
    return make_due(resources.writing, tools, now=resources.now, within=60, stop=lambda: False)


@dataclass(slots=True, kw_only=True)
class World(Site):
    """The site of a round with all people, and findings at each step of their way."""

    ids: Ids

    def another(self, **settings: Any) -> "World":
        """A second process, with other settings where they are named."""
        app = create_app(replace(self.resources.settings, **settings), now=self.clock.now)
        return World(app, self.clock, self.tokens, ids=self.ids)

    def logged(self, who: str = "inspector", **fields: Any) -> Json:
        """A finding against the university, logged by somebody."""
        body = {"organization_id": self.ids.university_id, "summary": "考场监控有盲区", "severity": "general", **fields}
        return self[who].post("/findings", body)

    def notified(self, *, deadline: datetime = DEADLINE, **fields: Any) -> Json:
        """A finding of the centre, notified a minute after it was logged."""
        finding = self.logged(**fields)
        self.clock.at += MINUTE
        body = {"requirement": "补装摄像头，消除盲区", "deadline": deadline.isoformat()}
        return self["inspector"].move(f"/findings/{finding['id']}/notification", body)

    def rectifying(self, **fields: Any) -> Json:
        """A notified finding, received another minute later."""
        finding = self.notified(**fields)
        self.clock.at += MINUTE
        return self["university"].move(f"/findings/{finding['id']}/receipt", {"plan": "三日内完成采购"})

    def submitted(self, **fields: Any) -> Json:
        """The submission of a received finding, another minute later."""
        return self.submit(self.rectifying(**fields)["id"])

    def submit(self, finding_id: str, *, expect: int = 201) -> Json:
        """Mark a finding done, with evidence."""
        self.clock.at += MINUTE
        body = {"measures": "已补装 4 台摄像头", "evidence_ids": [self["university"].upload()["id"]]}
        return self["university"].post(f"/findings/{finding_id}/submissions", body, expect=expect)

    def finding(self, finding_id: str, who: str = "inspector") -> Json:
        """The finding as somebody sees it now."""
        return self[who].get(f"/findings/{finding_id}")


def open_world(url: str, folder: Path, *, ids: Ids | None = None, redis_url: str | None = None) -> World:
    """The world over an empty database with the newest schema, or over one where `ids` are already."""
    clock = Clock()
    app = open_app(url, folder, clock, redis_url=redis_url)
    if ids is None:
        resources: Resources = app.extensions["duban"]
        with sessions(resources.engine)() as session:
            ids = _build(session)
    return World(app, clock, ids.tokens, ids=ids)


_KEPT: dict[str, tuple[Rows, Ids]] = {}  # by database, what this process has built


def _build(session: Session) -> Ids:
    recorded_at(session, SEEDED_AT)
    kind = session.get_bind().dialect.name
    if kind not in _KEPT:
        ids = build_round(session, now=SEEDED_AT)
        session.commit()
        _KEPT[kind] = rows_in(session), ids
        return ids
    rows, ids = _KEPT[kind]
    write_rows(session, rows)
    return replace(ids, tokens={**ids.tokens})
