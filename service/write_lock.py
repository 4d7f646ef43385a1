"""Who writes keeps others waiting: what takes long is refused while the present thread has a transaction for writing.

SQLite has one lock for all writers; on PostgreSQL rows, and one connection of few, are held as long.
"""

import gc
import threading
from weakref import WeakSet

_of_thread = threading.local()


class WriteTransactionOpen(RuntimeError):
    """A mistake of ours: what takes long was begun within a transaction for writing."""


def began(connection: object) -> None:
    """Note that this thread writes over a connection; for the store alone."""
    _connections().add(connection)


def ended(connection: object) -> None:
    """Note that it has committed or rolled back."""
    _connections().discard(connection)


def refuse_while_writing(what: str) -> None:
    """Raise `WriteTransactionOpen` within a transaction for writing; `what` names what was to be done."""
    if _connections():
        gc.collect()  # one that was dropped in a ring of references is there until somebody looks
    if _connections():
        raise WriteTransactionOpen(f"{what}: to be done before a transaction for writing begins, or after it")


def _connections() -> WeakSet[object]:
    """Those over which the thread writes; one that was dropped without a word is none of them."""
    if not hasattr(_of_thread, "connections"):
        _of_thread.connections = WeakSet()
    connections: WeakSet[object] = _of_thread.connections
    return connections
