"""An office that is run by nothing but commands and HTTP calls, on a clock that a test moves."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from api.app import create_app
from cli.main import main
from service.settings import load_settings
from tests.fakes.client import PNG
from workers.jobs import deliver_waiting, next_swept_at, render_waiting, sweep_due
from workers.resources import Resources, open_resources

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class CommandedOffice:
    """A data folder; every command and call happens at the moment that the clock shows."""

    folder: Path
    clock: time_machine.Traveller
    http: FlaskClient | None = None
    tokens: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, fails: bool = False) -> str:
        """Run `duban` with these words; returns what it printed. It succeeds, or else fails as foretold."""
        done = self._run(words)
        assert (done.exit_code != 0) is fails, f"duban {' '.join(words)}\n{done.output}\n{done.exception!r}"
        return done.output

    def says(self, *words: str) -> str:
        """What `duban` prints with these words, whatever it comes to."""
        return self._run(words).output

    def _run(self, words: Sequence[str]) -> Result:
        return CliRunner().invoke(main, words, env={"DUBAN_DATA_DIR": str(self.folder)})

    def file(self, name: str, content: str | bytes) -> str:
        """Write a file beside the data, and return its path."""
        path = self.folder.parent / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def on(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let time pass until then by the office's clock; what falls due meanwhile is swept when it does."""
        until = datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
        resources = open_resources(load_settings({"DUBAN_DATA_DIR": str(self.folder)}))
        while (due_at := self._next_due_at(resources)) and due_at <= until:
            self.clock.move_to(max(due_at, datetime.now(UTC)))
            sweep_due(resources)
            deliver_waiting(resources)
        self.clock.move_to(until)
        self("sweep")
        deliver_waiting(resources)
        render_waiting(resources)
        resources.close()

    def _next_due_at(self, resources: Resources) -> datetime | None:
        with resources.readers.begin() as session:
            return min(next_swept_at(session), default=None)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """With a worker, a timetable and a watchdog as real processes, whose clocks begin at this moment."""
        begins = datetime.now(SHANGHAI).timestamp()
        words = ("worker", "timetable", "watchdog")
        logs = [(self.folder.parent / f"{word}.log").open("w") for word in words]
        shim = (
            "import time_machine; time_machine.travel({}, tick=True).start(); from cli.main import main; main([{!r}])"
        )
        processes = [
            subprocess.Popen(
                [sys.executable, "-P", "-c", shim.format(begins, word)],
                env={**os.environ, "DUBAN_DATA_DIR": str(self.folder)},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
            for word, log in zip(words, logs, strict=True)
        ]
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)
            for log in logs:
                log.close()

    def call(self, who: str, method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        """Call the API as somebody, who gets a token with `duban token create` first; returns the answer's JSON."""
        answer = self._client().open(f"/api/v1{path}", method=method, json=body, headers=self._headers(who))
        expected = (status,) if status else (200, 201)
        assert answer.status_code in expected, f"{method} {path} as {who}: {answer.status_code} {answer.text}"
        return answer.get_json()

    def upload(self, who: str, filename: str) -> str:
        """Upload a picture as evidence; returns its id."""
        parts = {"file": (io.BytesIO(PNG), filename)}
        answer = self._client().post("/api/v1/evidence", data=parts, headers=self._headers(who))
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def _client(self) -> FlaskClient:
        if self.http is None:
            self.http = create_app(load_settings({"DUBAN_DATA_DIR": str(self.folder)})).test_client()
        return self.http

    def _headers(self, who: str) -> dict[str, str]:
        if who not in self.tokens:
            self.tokens[who] = self("token", "create", who, "--days", "366").strip()
        return {"Authorization": f"Bearer {self.tokens[who]}"}


@contextmanager
def commanded_office(folder: Path, opens: datetime) -> Iterator[CommandedOffice]:
    """An empty data folder at that moment."""
    folder.mkdir(mode=0o700)
    with time_machine.travel(opens, tick=True) as clock:
        office = CommandedOffice(folder, clock)
        yield office
        if office.http is not None:
            office.http.application.extensions["duban"].engine.dispose()
