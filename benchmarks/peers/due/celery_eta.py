"""`python -m benchmarks.peers.due.celery_eta URL REDIS`: a task for each with its deadline as eta, two processes."""

import sys
from datetime import UTC, datetime, timedelta

from celery import Celery

from benchmarks.peers.due import work

URL, REDIS = sys.argv[1:]
app = Celery("due", broker=REDIS.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host="))
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)


@app.task
def move(id_: int) -> None:
    """One that is due."""
    work.move(URL, id_)


def main() -> None:
    """Queue all for one moment, then work until asked to stop."""
    eta = datetime.now(UTC) + timedelta(seconds=1)
    with app.connection_for_write() as connection, connection.Producer() as producer:
        for id_ in work.due_ids(URL):
            move.apply_async([id_], eta=eta, producer=producer)
    options = ["--concurrency=2", "--loglevel=ERROR", "--without-gossip", "--without-mingle"]
    app.worker_main(["worker", *options])


if __name__ == "__main__":
    main()
