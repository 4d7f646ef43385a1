"""What a request works with: the resources of the process, and its own session, moment and caller."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from service.errors import NotAllowed
from service.files.store import EvidenceStore, FolderStore
from service.people.callers import Caller
from service.settings import Settings
from service.store import clock
from service.store.db import connect, reading, sessions
from service.store.schema import on_own_schema
from service.store.writing import WriteTrial
from workflows.findings.facts import Actor

Now = Callable[[Session], datetime]
LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "duban_language"
SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Resources:
    """The database, the stores and the clock of one process."""

    settings: Settings
    engine: Engine
    writing: sessionmaker[Session]
    reading: sessionmaker[Session]
    store: EvidenceStore
    papers: EvidenceStore  # documents that workers have made
    now: Now
    write_trial: WriteTrial = field(default_factory=WriteTrial)

    @classmethod
    def open(cls, settings: Settings, now: Callable[[], datetime] | None = None) -> "Resources":
        """Connect at the first request, and go by the database's clock unless `now` is given."""
        engine = connect(settings.database_url)
        store, papers = FolderStore(settings.data_dir / "evidence"), FolderStore(settings.data_dir / "documents")
        moment: Now = (lambda _session: now()) if now else clock.at_beginning
        return cls(
            settings,
            engine,
            on_own_schema(sessions(engine)),
            on_own_schema(sessions(reading(engine))),
            store,
            papers,
            moment,
        )

    def session(self) -> Session:
        """A session for the present request; a GET's may not write, and on SQLite does not queue behind writers."""
        return self.reading() if request.method in SAFE else self.writing()


@dataclass(slots=True)
class RequestContext:
    """One request: its transaction, its moment, and its caller once a token has been accepted."""

    session: Session
    now: datetime
    authenticated: Caller | None = None
    prepared: Any = None  # what the route's own preparation has found out before this transaction began
    until_answered: ExitStack = field(default_factory=ExitStack)  # what is held until then
    received_notices: set[str] = field(default_factory=set)  # ids: a bulk receipt signs each notice once

    @property
    def caller(self) -> Caller:
        """Who asks; raises NotAllowed `unauthenticated` on a public route."""
        if self.authenticated is None:
            raise NotAllowed("unauthenticated")
        return self.authenticated

    @property
    def actor(self) -> Actor:
        return self.caller.actor


def resources() -> Resources:
    """The resources of the present application."""
    return cast(Resources, current_app.extensions["duban"])


def language() -> str:
    """`zh` or `en`: the caller's once authenticated, else what the request asks for, else Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE) if g.get("is_page") else None
    if chosen in LANGUAGES:  # on this device, also before anybody has signed in
        return chosen
    context: RequestContext | None = g.get("request_context")
    if context and context.authenticated:
        return context.authenticated.language
    asked: str | None = request.accept_languages.best_match(LANGUAGES)
    return asked or LANGUAGES[0]
