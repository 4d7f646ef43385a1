"""The load of a fault run: people who log, notify, submit, review and opine, and insist until they are answered."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from random import Random
from uuid import uuid4

import httpx

from tests.fakes.client import BASE, PNG, Json
from tests.worlds.http import Ids

AGAIN_AFTER = 0.25  # seconds
ANSWER_WITHIN = 8.0
EXPECTED_TROUBLE = (429, 502, 503, 504)


class Outcome(Enum):
    """What the caller knows in the end."""

    ACKNOWLEDGED = auto()
    REFUSED = auto()
    UNKNOWN = auto()  # never answered before the load ended


@dataclass(slots=True)
class Call:
    """One call of a person; its mark is written into the event that it makes."""

    mark: str
    path: str
    outcome: Outcome = Outcome.UNKNOWN
    tries: int = 0
    answer: Json = field(default_factory=dict)


@dataclass(slots=True)
class Load:
    """Stories that run at the same time, and everything that was answered."""

    address: str
    ids: Ids
    seed: int
    calls: list[Call] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)  # answers that no fault explains
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, stories: int) -> None:
        """Begin, with so many stories at a time."""
        self._threads = [threading.Thread(target=self._tell, args=(number,)) for number in range(stories)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin no more stories; whoever waits for an answer insists once more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _tell(self, number: int) -> None:
        lot = Random(self.seed * 1000 + number)  # noqa: S311 - to be drawn again, not to be secret
        with httpx.Client(base_url=self.address + BASE, timeout=ANSWER_WITHIN) as http:
            while not self._stop.is_set():
                Story(self, http, lot).tell()
                self._stop.wait(lot.uniform(0.1, 0.6))

    def stopping(self) -> bool:
        return self._stop.is_set()


@dataclass(slots=True)
class Story:
    """One finding's way."""

    load: Load
    http: httpx.Client
    lot: Random

    def tell(self) -> None:
        """Log and notify; then the unit is silent, or submits, or the leadership has to opine."""
        severity = self.lot.choice(("major", "major", "general"))
        body = {"organization_id": self.load.ids.university_id, "severity": severity}
        logged = self._call("inspector", "/findings", "summary", body)
        if logged.outcome is not Outcome.ACKNOWLEDGED:
            return
        path = f"/findings/{logged.answer['id']}"
        notice = {"deadline": _ahead(self.lot.uniform(1.5, 5.0))}
        if self._call("team_head", f"{path}/notification", "requirement", notice).outcome is Outcome.ACKNOWLEDGED:
            self.lot.choice((self._be_silent, self._submit, self._submit, self._opine))(path)

    def _be_silent(self, path: str) -> None:
        if self.lot.random() < 0.5:
            self._call("university", f"{path}/receipt", "plan", {})

    def _submit(self, path: str) -> None:
        pieces = self._upload()
        submitted = self._call("university", f"{path}/submissions", "measures", {"evidence_ids": pieces})
        if submitted.outcome is Outcome.ACKNOWLEDGED:
            outcome = self.lot.choice(("pass", "fail", "partial"))
            self._call("inspector", f"{path}/reviews", "comment", {"outcome": outcome, "remaining": "尚缺两间"})

    def _opine(self, path: str) -> None:
        until = time.monotonic() + 20
        while self._seen(path).get("state") != "escalated":
            if self.load.stopping() or time.monotonic() > until:
                return
            time.sleep(0.4)
        body: Json = {"measure": "supervised"}
        if self.lot.random() < 0.6:
            body["new_deadline"] = _ahead(self.lot.uniform(1.5, 4.0))
        self._call("leadership", f"{path}/handling-opinions", "opinion", body)

    def _upload(self) -> list[str]:
        """Nothing hangs on a photograph that was uploaded twice."""
        key = {"Idempotency-Key": str(uuid4())}
        content = {"file": ("整改照片.png", PNG)}
        answer = self._insist(
            lambda: self.http.post("/evidence", files=content, headers={**self._as("university"), **key})
        )
        return [answer.json()["id"]] if answer is not None and answer.status_code == 201 else []

    def _seen(self, path: str) -> Json:
        try:
            answer = self.http.get(path, headers=self._as("leadership"))
        except httpx.TransportError:
            return {}
        seen: Json = answer.json() if answer.status_code == 200 else {}
        return seen

    def _call(self, who: str, path: str, marked: str, body: Json) -> Call:
        """Make a call with a mark in one of its fields, and insist."""
        call = Call(f"督查记录 {uuid4().hex}", path)
        self.load.calls.append(call)
        headers = {**self._as(who), "Idempotency-Key": str(uuid4())}

        def post() -> httpx.Response:
            call.tries += 1
            return self.http.post(path, json={**body, marked: call.mark}, headers=headers)

        answer = self._insist(post)
        if answer is not None:
            call.answer = answer.json()
            call.outcome = Outcome.ACKNOWLEDGED if answer.status_code < 300 else Outcome.REFUSED
        return call

    def _insist(self, send: Callable[[], httpx.Response]) -> httpx.Response | None:
        """The answer; none when nobody answered and the load is over."""
        last = False
        while True:
            try:
                answer = send()
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code not in EXPECTED_TROUBLE:
                if answer.status_code >= 500:
                    self.load.unexpected.append(f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
                else:
                    return answer
            if last:
                return None
            last = self.load.stopping()
            time.sleep(AGAIN_AFTER)

    def _as(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.load.ids.tokens[who]}"}


def _ahead(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
