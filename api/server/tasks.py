"""What a thread does with a request: ask the application for the answer, or whether a large body may be sent."""

import logging
import threading
from collections import deque
from typing import Any

from waitress.task import ThreadedTaskDispatcher, WSGITask  # type: ignore[import-untyped]
from waitress.utilities import (  # type: ignore[import-untyped]
    BadRequest,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    ServerNotImplemented,
)
from werkzeug import exceptions

from api.http.refusals import REFUSAL
from api.server.parser import stand_in

THREADS = 8
STRANGERS_THREADS = THREADS // 2  # for calls without a token that are no GET: sign-ins, which hash for long
_REFUSALS: dict[type, type[exceptions.HTTPException]] = {
    BadRequest: exceptions.BadRequest,
    RequestEntityTooLarge: exceptions.RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge: exceptions.RequestHeaderFieldsTooLarge,
    ServerNotImplemented: exceptions.NotImplemented,
}
_log = logging.getLogger(__name__)


class Task(WSGITask):  # type: ignore[misc]  # waitress is not typed
    """The application's answer to a request."""

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:  # whoever asks again on this connection would find nobody
            self.request.headers["CONNECTION"] = "close"
        header: bytes = super().build_response_header()
        return header

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ["SERVER_SOFTWARE"] = ""
        if self.request.refusal is not None:
            environ[REFUSAL] = self.request.refusal
        return environ


class ErrorTask(Task):
    """The application's answer to what the server could not read, or could not do."""

    def __init__(self, channel: Any, request: Any) -> None:
        refusal = _REFUSALS.get(type(request.error), exceptions.InternalServerError)()
        super().__init__(channel, stand_in(channel.adj, refusal, request.headers))

    def execute(self) -> None:
        try:
            super().execute()
        except Exception:  # noqa: BLE001 - the application itself fails: nothing is left to be said, but it ends
            _log.error("an error could not be told", exc_info=True)
            self.close_on_finish = self.complete = self.wrote_header = True


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress is not typed
    """The threads; strangers that wait for a sign-in never hold more than half of them."""

    def __init__(self) -> None:
        super().__init__()
        self._counting = threading.Lock()
        self._strangers_running = 0
        self._strangers: deque[Any] = deque()
        self.set_thread_count(THREADS)

    def add_task(self, task: Any) -> None:
        """Let a thread do the task, as soon as one is free."""
        if getattr(task, "is_strangers_turn", bool)():
            with self._counting:
                if self._strangers_running >= STRANGERS_THREADS:
                    self._strangers.append(task)
                    return
                self._strangers_running += 1
            task = _StrangersTurn(task, self._next_stranger)
        super().add_task(task)

    def _next_stranger(self) -> None:
        with self._counting:
            if not self._strangers:
                self._strangers_running -= 1
                return
            task = self._strangers.popleft()
        super().add_task(_StrangersTurn(task, self._next_stranger))


class _StrangersTurn:
    def __init__(self, task: Any, done: Any) -> None:
        self._task, self._done = task, done

    def service(self) -> None:
        try:
            self._task.service()
        finally:
            self._done()

    def cancel(self) -> None:
        self._task.cancel()
