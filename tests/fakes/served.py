"""An application behind its server, on a socket of the test's own, and what comes back over one connection."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask

from api.serving import server_of

Address = tuple[str, int]


@contextmanager
def served(app: Flask) -> Iterator[Address]:
    """Where the application is served meanwhile."""
    stopped: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = server_of(app, listener)
        thread = Thread(target=server.run_until, args=(lambda: bool(stopped),))
        thread.start()
        yield listener.getsockname()
        stopped.append(True)
        thread.join()


def exchange(address: Address, *sent: bytes | str) -> bytes:
    """What comes back until the connection ends."""
    with socket.create_connection(address, timeout=20) as connection:
        for part in sent:
            connection.sendall(part if isinstance(part, bytes) else part.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def status(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer.split(b" ", 2)[1])
