"""The scope matrix's objects in a database that is put back to how it was, as often as one likes."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from service.models import Organization
from service.people.tokens import issue_token
from service.settings import AccountRules
from tests.fakes.unlimited import Unlimited
from tests.functional.scope_matrix import Entry, ask, leaks
from tests.functional.scope_objects import Objects, build_objects
from tests.worlds.http import OPENS_AT, World, open_world
from tests.worlds.people import CENTRE
from tests.worlds.rows import make_person
from workflows.vocabulary import Role


@dataclass(slots=True)
class ScopeWorld:
    """An application over the objects; `wrong` are the leaks that were seen."""

    app: Flask
    apart: Flask  # of an office that keeps its three administrators apart
    objects: Objects
    tokens: Mapping[str, str]
    administrators: Mapping[Role, str]  # the token of each
    written: Path
    file: Path
    wrong: list[str] = field(default_factory=list)

    def ask(self, who: str, entry: Entry, object_id: str | None, side: str) -> TestResponse:
        """The answer; undoes what it did, and notes what the caller must not read."""
        answer = ask(self.app, self.tokens[who], entry, object_id, self.objects.values(side))
        answer.get_data()
        answer.close()
        self.wrong += [
            f"{who} reads {mark} in {entry.key} {object_id}" for mark in leaks(answer, who, self.objects, object_id)
        ]
        if entry.method != "GET" and answer.status_code < 300:
            self.restore()
        return answer

    def restore(self) -> None:
        """Put everything back."""
        with sqlite3.connect(self.written) as written, sqlite3.connect(self.file) as file:
            written.backup(file)
        written.close()
        file.close()


def _add_administrators(world: World) -> dict[Role, str]:
    """The two beside `admin`, who are nobody's audience in the matrix; a token for each."""
    with world.session() as session:
        centre = session.get_one(Organization, world.ids.organization_ids[CENTRE])
        added = {role: make_person(session, str(role), role, centre) for role in (Role.SECURITY_ADMIN, Role.AUDITOR)}
        tokens = {role: issue_token(session, person=person, now=OPENS_AT) for role, person in added.items()}
        session.commit()
    return tokens


@contextmanager
def open_scope_world(template: Path, folder: Path) -> Iterator[ScopeWorld]:
    """The objects, made in a copy of an empty SQLite file, and an application without limits over a copy of that."""
    written = Path(shutil.copy(template, folder / "written.db"))
    world = open_world(f"sqlite:///{written}", folder)
    objects = build_objects(world)
    administrators = {**_add_administrators(world), Role.ADMIN: world.tokens["admin"]}
    world.engine.dispose()
    with sqlite3.connect(written) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    file = Path(shutil.copy(written, folder / "duban.db"))
    copied = world.another(database_url=f"sqlite:///{file}")
    apart = copied.another(accounts=AccountRules(separate_administration=True))
    for app in (copied.app, apart.app):
        app.extensions["duban.counters"] = Unlimited()
    yield ScopeWorld(copied.app, apart.app, objects, world.tokens, administrators, written, file)
    apart.engine.dispose()
    copied.engine.dispose()
