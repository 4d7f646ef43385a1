"""The scope matrix's objects in a database that is put back to how it was, as often as one likes."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from tests.functional.scope_matrix import Entry, ask, leaks
from tests.functional.scope_objects import Objects, build_objects
from tests.worlds.http import open_world


@dataclass(slots=True)
class ScopeWorld:
    """An application over the objects; `wrong` are the leaks that were seen."""

    app: Flask
    objects: Objects
    tokens: Mapping[str, str]
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


@contextmanager
def open_scope_world(template: Path, folder: Path) -> Iterator[ScopeWorld]:
    """The objects, made in a copy of an empty SQLite file, and an application over a copy of that."""
    written = Path(shutil.copy(template, folder / "written.db"))
    world = open_world(f"sqlite:///{written}", folder)
    objects = build_objects(world)
    world.engine.dispose()
    with sqlite3.connect(written) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    file = Path(shutil.copy(written, folder / "duban.db"))
    copied = world.another(database_url=f"sqlite:///{file}")
    yield ScopeWorld(copied.app, objects, world.tokens, written, file)
    copied.engine.dispose()
