"""What the door was opened with, and one request's dealings with the books."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from service.errors import NotAllowed
from service.files.store import EvidenceStore, FolderStore
from service.people.accounts import Caller
from service.settings import Settings
from service.store import clock
from service.store.db import connect, reading, sessions
from workflows.findings.facts import Actor

Now = Callable[[Session], datetime]
LANGUAGES = ("zh", "en")
SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Door:
    """The door of one process: its database, stores and clock."""

    settings: Settings
    engine: Engine
    writing: sessionmaker[Session]
    reading: sessionmaker[Session]
    store: EvidenceStore
    papers: EvidenceStore  # documents that workers have made
    now: Now

    @classmethod
    def open(cls, settings: Settings, now: Callable[[], datetime] | None = None) -> "Door":
        """Open the door; it connects at the first request, and goes by the database's clock unless told another."""
        engine = connect(settings.database_url)
        store, papers = FolderStore(settings.data_dir / "evidence"), FolderStore(settings.data_dir / "documents")
        moment: Now = (lambda _session: now()) if now else clock.now
        return cls(settings, engine, sessions(engine), sessions(reading(engine)), store, papers, moment)

    def session(self) -> Session:
        """A session for the present request; one that only looks may not write, and on SQLite does not queue."""
        return self.reading() if request.method in SAFE else self.writing()


@dataclass(slots=True)
class Work:
    """One request's dealings with the books, all at one moment, in one transaction."""

    session: Session
    now: datetime
    caller: Caller | None = None
    signed: set[str] = field(default_factory=set)  # notices: one act signs for all findings of a notice

    @property
    def known(self) -> Caller:
        """The caller; raises when nobody has signed in."""
        if self.caller is None:
            raise NotAllowed("unauthenticated")
        return self.caller

    @property
    def actor(self) -> Actor:
        return self.known.actor


def door() -> Door:
    """The door of the present application."""
    return cast(Door, current_app.extensions["duban"])


def work() -> Work:
    """The dealings of the present request."""
    return cast(Work, g.work)


def language() -> str:
    """The caller's language: his or her own once known, else the one that the request asks for, else Chinese."""
    at_work: Work | None = g.get("work")
    if at_work and at_work.caller:
        return at_work.caller.language
    asked: str | None = request.accept_languages.best_match(LANGUAGES)
    return asked or LANGUAGES[0]
