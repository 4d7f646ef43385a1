"""Several things at the same moment."""

import threading
from collections.abc import Callable

WAITING = """SELECT count(*) FROM pg_locks, pg_sleep(0.01)
    WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"""  # for who asks, on PostgreSQL


def run_together(*acts: Callable[[], None]) -> list[BaseException]:
    """Run all at the same moment, each in its own thread; return what went wrong."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - a thread's error is to reach the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
