"""`python -m benchmarks.peers.due.dramatiq_queue URL REDIS`: a message for each, and a worker of threads."""

import sys

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from benchmarks.peers.due import work

URL, REDIS = sys.argv[1:]
broker = RedisBroker(url=REDIS)
dramatiq.set_broker(broker)


@dramatiq.actor
def move(id_: int) -> None:
    """One that is due."""
    work.move(URL, id_)


def main() -> None:
    """Queue all, then work until none is left."""
    for id_ in work.due_ids(URL):
        move.send(id_)
    worker = dramatiq.Worker(broker, worker_threads=work.THREADS)
    worker.start()
    broker.join(move.queue_name)
    worker.stop()


if __name__ == "__main__":
    main()
