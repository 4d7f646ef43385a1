"""The server of one process: reads and writes all connections in one thread, and answers in a few others."""

import copy
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]
from werkzeug.exceptions import TooManyRequests

from api.server.channel import Channel
from api.server.tasks import Dispatcher

MOST_CONNECTIONS = 900  # at once: descriptors are scarce (1,024 by default), and each may hold a small body
LARGEST_HEADER = 32_768  # bytes
# Bytes of large bodies that a process takes at once, and of one token: they lie in /tmp, which may be memory.
MOST_COMING, MOST_OF_ONE = 160 * 2**20, 64 * 2**20
COME_AGAIN = 5  # seconds, for whoever finds no room
TURN = 0.5  # seconds between two looks at who is late, at most
FINISH_WITHIN = 15.0  # seconds for requests at hand when asked to stop

Refusal = Callable[[dict[str, Any]], Exception | None]


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress is not typed
    """One listening socket and its connections.

    `refusal_of` says why a large body may not be sent, if it may not; at `open_addresses` anybody may do something, and
    outside the API the token may be in `cookie`. Bodies have `largest_body` bytes, outside the API `largest_form`.
    """

    channel_class = Channel
    stopping = False

    def __init__(
        self,
        application: Any,
        listener: socket.socket,
        *,
        largest_body: int,
        refusal_of: Refusal,
        largest_form: int | None = None,
        open_addresses: frozenset[str] = frozenset(),
        cookie: str = "",
    ) -> None:
        self.leaves_lock = threading.Lock()
        self.refusal_of, self.open_addresses, self.cookie = refusal_of, open_addresses, cookie
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is no news
        adjustments = Adjustments(
            sockets=[listener],
            ident=None,
            clear_untrusted_proxy_headers=False,  # whom they are believed from is said in our settings
            max_request_header_size=LARGEST_HEADER,
            max_request_body_size=largest_body + 1,
            connection_limit=2 * MOST_CONNECTIONS,  # never: whoever has waited longest makes room
            channel_request_lookahead=0,
        )
        adjustments.of_pages = copy.copy(adjustments)
        adjustments.of_pages.max_request_body_size = (largest_form or largest_body) + 1
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application, {}, _sock=listener, dispatcher=Dispatcher(), adj=adjustments, sockinfo=where, bind_socket=False
        )

    def run_until(self, is_stopped: Callable[[], bool]) -> None:
        """Serve; once stopped take no more, and answer what is at hand within `FINISH_WITHIN`."""
        while not is_stopped():
            self._turn(TURN)
        self.accepting, self.stopping = False, True
        patience = time.monotonic() + FINISH_WITHIN
        while self._is_at_work() and time.monotonic() < patience:
            self._turn(TURN / 10)
        self.task_dispatcher.shutdown(timeout=0)
        wasyncore.close_all(self._map)

    def maintenance(self, now: float) -> None:
        """Nothing: who is late is looked for between two turns, when nobody walks over the connections."""

    def no_room_for(self, request: Any) -> Exception | None:
        """Why a large body may not be sent at present, if so; the caller holds `leaves_lock`."""
        channels = list(self.active_channels.values())
        large = [one for each in channels for one in (*each.requests, each.request) if one and one.may_be_large]
        token = request.credential(self.cookie)
        own = [one for one in large if one.credential(self.cookie) == token]
        for coming, most in ((large, MOST_COMING), (own, MOST_OF_ONE)):
            if sum(one.size() for one in (*coming, request)) > most:
                return TooManyRequests(retry_after=COME_AGAIN)
        return None

    def handle_accept(self) -> None:
        """Take a connection; in a full house the one that has let us wait longest makes room.

        Who has leave to send a large body goes last: only a stranger is served by a moment.
        """
        if len(self.active_channels) >= MOST_CONNECTIONS:
            waiting = [channel for channel in self.active_channels.values() if not channel.is_at_work()]
            if waiting:
                min(waiting, key=lambda one: (one.has_leave(), one.began or one.heard_at)).handle_close()
        super().handle_accept()

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)
        now = time.monotonic()
        for channel in [channel for channel in self.active_channels.values() if channel.is_overdue(now)]:
            channel.handle_close()

    def _is_at_work(self) -> bool:
        return any(channel.is_at_work() or channel.total_outbufs_len for channel in self.active_channels.values())
