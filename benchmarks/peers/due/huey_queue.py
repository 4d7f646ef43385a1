"""`python -m benchmarks.peers.due.huey_queue URL REDIS`: a task for each that is due, and a consumer of threads."""

import sys

from huey import RedisHuey

from benchmarks.peers.due import work

URL, REDIS = sys.argv[1:]
huey = RedisHuey("due", url=REDIS, results=False)


@huey.task()
def move(id_: int) -> None:
    """One that is due."""
    work.move(URL, id_)


def main() -> None:
    """Queue all, then work until asked to stop."""
    for id_ in work.due_ids(URL):
        move(id_)
    huey.create_consumer(workers=work.THREADS, worker_type="thread", periodic=False).run()


if __name__ == "__main__":
    main()
