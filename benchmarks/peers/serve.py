"""`python -m benchmarks.peers.serve URL FD`: the Flask peer behind the very server that Duban has."""

import signal
import socket
import sys
from threading import Event

from api.server.server import Server
from benchmarks.peers.flask_orm import create_app


def main() -> None:
    """Serve a peer's database on an open socket until asked to stop."""
    url, fd = sys.argv[1:]
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    listener = socket.socket(fileno=int(fd))
    Server(create_app(url), listener, largest_body=1_000_000, refusal_of=lambda _: None).run_until(stop.is_set)


if __name__ == "__main__":
    main()
