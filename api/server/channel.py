"""One connection: how long it may take, whether its body is taken, and how it ends."""

import socket
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]

from api.server.parser import RequestParser
from api.server.tasks import ErrorTask, Task

# Seconds, and bytes a second. A phone on a poor line sends a photograph of 5 MB in twenty minutes, and may.
HEADER_WITHIN = 10.0
BODY_WITHIN = 30.0  # and as much longer as what has come takes at
SLOWEST = 4_096
IDLE = 75.0  # between two requests: longer than proxies keep a connection, so that none sends into a closed one
SEND_WITHIN = 60.0  # without a byte taken of the answer
LINGER = 2.0  # for a client that is still sending what was refused, so that it comes to read why


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress is not typed
    """A connection; what it has not sent in time is not waited for."""

    task_class = Task
    error_task_class = ErrorTask
    parser_class = RequestParser

    began = 0.0  # when the present request's first byte came, on the monotonic clock like the others
    asking = False  # a thread looks whether the body may come
    lingers_until: float | None = None

    def __init__(self, *particulars: Any, **more: Any) -> None:
        self.heard_at = time.monotonic()
        self._unsent, self._sent_at = 0, 0.0
        super().__init__(*particulars, **more)

    def is_at_work(self) -> bool:
        """Whether a thread has something to do for it."""
        return bool(self.requests or self.asking)

    def has_leave(self) -> bool:
        """Whether it sends a large body, and may."""
        return bool(self.request and self.request.may_be_large)

    def is_strangers_turn(self) -> bool:
        """Whether its next request is more than a look and has no token, or asks for none: whatever it brings along."""
        request = self.requests[0] if self.requests else None
        if request is None or request.error or request.command in ("GET", "HEAD"):
            return False
        return request.address in self.server.open_addresses or not request.credential(self.server.cookie)

    def is_overdue(self, now: float) -> bool:
        """Whether it has let us wait for too long."""
        if self.lingers_until is not None:
            return now > self.lingers_until
        if self.total_outbufs_len != self._unsent:
            self._unsent, self._sent_at = self.total_outbufs_len, now
        if self._unsent:
            return now > self._sent_at + SEND_WITHIN
        if self.is_at_work():
            return False
        request = self.request
        if request is None:
            return now > self.heard_at + (IDLE if self.began else HEADER_WITHIN)
        if not request.headers_finished:
            return now > self.began + HEADER_WITHIN
        return bool(now > self.began + BODY_WITHIN + request.body_bytes_received / SLOWEST)

    def readable(self) -> bool:
        return self.lingers_until is not None or (not self.asking and bool(super().readable()))

    def handle_read(self) -> None:
        self.heard_at = time.monotonic()
        if self.lingers_until is None:
            super().handle_read()
            return
        with suppress(OSError):
            if self.recv(65_536):  # read past, and forgotten
                return
        self.handle_close()

    def service(self) -> None:
        """Answer one request; what was sent along before its answer is not looked at, and the connection ends.

        Nobody needs that, and whoever does not take the answers to a hundred requests would hold a thread for each.
        """
        with self.requests_lock:
            if self.request is not None or len(self.requests) > 1:
                for request in self.requests[1:]:
                    request.close()
                del self.requests[1:]
                self.requests[0].headers["CONNECTION"] = "close"
        super().service()
        self.heard_at = time.monotonic()

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.began = self.heard_at
        going_on = bool(super().received(data))
        request = self.request
        if request is not None and not (self.asking or self.requests or self.close_when_flushed):
            if request.is_large() and not request.may_be_large:
                self.asking = True
                self.server.add_task(_LeaveToSend(self, request))
            elif request.headers_finished and request.awaits_continue and not request.is_large():
                with self.requests_lock:
                    self.let_go_on(request)
        return going_on

    def let_go_on(self, request: Any) -> None:
        """Let the client send the body, if it waits for that; the caller holds `requests_lock`."""
        request.may_be_large = request.is_large()
        if request.awaits_continue:
            request.awaits_continue, request.expect_continue = False, True
            if not self.requests and not self.sent_continue:
                self.send_continue()

    def _flush_some(self, **how: Any) -> bool:
        # A thread that lets a body come sends while the loop may: both would send, and take away, the same bytes.
        with self.outbuf_lock:
            return bool(super()._flush_some(**how))

    def handle_write(self) -> None:
        if self.close_when_flushed and not self.total_outbufs_len and self.lingers_until is None and not self.requests:
            self._linger()
            return
        super().handle_write()

    def _linger(self) -> None:
        """Say that nothing more comes, and read on for a moment; closed at once, the answer could be lost."""
        self.close_when_flushed = False
        self.lingers_until = time.monotonic() + LINGER
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()


class _LeaveToSend:
    """The question whether a large body may come, which is the database's to answer and hence a thread's to ask."""

    def __init__(self, channel: Channel, request: Any) -> None:
        self._channel, self._request = channel, request

    def service(self) -> None:
        channel, request = self._channel, self._request
        server = channel.server
        refusal = server.refusal_of(Task(channel, request).get_environment())
        with server.leaves_lock, channel.requests_lock:
            refusal = refusal or server.no_room_for(request)
            channel.asking = False
            if refusal is None:
                channel.began = time.monotonic()  # the thread's time was not the sender's
                channel.let_go_on(request)
            elif channel.connected:
                request.refuse(refusal)
                channel.request = None
                channel.requests.append(request)
                if len(channel.requests) == 1:
                    channel.server.add_task(channel)
        channel.server.pull_trigger()

    def cancel(self) -> None:
        self._channel.cancel()
