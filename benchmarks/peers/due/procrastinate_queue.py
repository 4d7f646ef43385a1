"""`python -m benchmarks.peers.due.procrastinate_queue URL REDIS`: a job for each that is due, kept in PostgreSQL."""

import sys

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

from benchmarks.peers.due import work

URL = sys.argv[1]
app = App(connector=PsycopgConnector(conninfo=URL))


@app.task
def move(id_: int) -> None:
    """One that is due."""
    work.move(URL, id_)


def main() -> None:
    """Queue all, then work until none is left."""
    with app.replace_connector(SyncPsycopgConnector(conninfo=URL)) as queue, queue.open():
        queue.schema_manager.apply_schema()
        move.configure().batch_defer(*({"id_": id_} for id_ in work.due_ids(URL)))
    app.run_worker(concurrency=work.THREADS, wait=False, install_signal_handlers=False)


if __name__ == "__main__":
    main()
