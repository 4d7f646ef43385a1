"""The scope matrix's world on stage: in a database that is put back to how it was, as often as one likes."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from tests.functional.scope_matrix import Entry, ask, leaks
from tests.functional.scope_world import World, build_world, open_app


@dataclass(slots=True)
class ScopeStage:
    """An application over the world; `wrong` are the leaks that were seen."""

    app: Flask
    world: World
    written: Path
    file: Path
    wrong: list[str] = field(default_factory=list)

    def ask(self, who: str, entry: Entry, object_id: str | None, side: str) -> TestResponse:
        """The answer; undoes what it did, and notes what the caller must not read."""
        token = self.world.cast.tokens[who]
        answer = ask(self.app, token, entry, object_id, self.world.values(side))
        answer.get_data()
        answer.close()
        self.wrong += [
            f"{who} reads {mark} in {entry.key} {object_id}" for mark in leaks(answer, who, self.world, object_id)
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
def scope_stage(template: Path, folder: Path) -> Iterator[ScopeStage]:
    """The stage, over a copy of an empty SQLite file."""
    written = Path(shutil.copy(template, folder / "written.db"))
    world = build_world(f"sqlite:///{written}", folder)
    with sqlite3.connect(written) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    file = Path(shutil.copy(written, folder / "duban.db"))
    stage = ScopeStage(open_app(f"sqlite:///{file}", folder), world, written, file)
    yield stage
    stage.app.extensions["duban"].engine.dispose()
