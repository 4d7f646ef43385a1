"""`duban worker`, `duban timetable` and `duban watchdog`: the processes of workers/."""

from collections.abc import Sequence

import click

from cli.logs import configure_logging
from cli.processes.child_processes import Child, child_environ, duban_command, print_line
from cli.processes.supervisor import Supervisor
from service.errors import Unavailable
from workers.queues import QUEUES
from workers.resources import Resources, process_resources, wait_for_database
from workers.stop import Stop
from workers.timetable import keep_timetable
from workers.watchdog import keep_watch
from workers.worker import work


@click.command()
@click.argument("queues", nargs=-1, type=click.Choice(QUEUES))
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 64), help="进程数 / processes")
def worker(queues: Sequence[str], count: int) -> None:
    """运行后台处理进程，处理指定队列（默认全部）。 / Serve the named queues, by default all of them."""
    configure_logging()
    resources = _ready_resources()
    chosen = tuple(dict.fromkeys(queues)) or QUEUES
    if count == 1:
        work(resources, chosen)
    else:
        _run_pool(resources.stop, chosen, count)
    _close(resources)


@click.command()
def timetable() -> None:
    """运行时刻表进程：按数据库时间，到期即触发处理。 / Keep the timetable: a tick whenever something falls due.

    可运行多个，只有一个生效，其余待命。 / Any number may run: one works, the others stand by.
    """
    configure_logging()
    resources = _ready_resources()
    keep_timetable(resources)
    _close(resources)


@click.command()
def watchdog() -> None:
    """监视各进程、期限、投递和记录，有异常时通知管理员。 / Watch over everything; tell administrators of trouble.

    可运行多个，只有一个生效，其余待命。 / Any number may run: one works, the others stand by.
    """
    configure_logging()
    resources = _ready_resources(tells_of_a_full_database=True)
    keep_watch(resources)
    resources.close()


def _ready_resources(*, tells_of_a_full_database: bool = False) -> Resources:
    resources = process_resources()
    resources.stop.on_signals()
    wait_for_database(resources, tells_of_a_full_one=tells_of_a_full_database)
    return resources


def _close(resources: Resources) -> None:
    """End in order, or with the sentence of what stopped the process."""
    resources.close()
    if resources.stop.why:
        raise Unavailable(resources.stop.why)


def _run_pool(stop: Stop, queues: Sequence[str], count: int) -> None:
    supervisor = Supervisor(print_line, stop)
    names = [f"worker-{number}" for number in range(1, count + 1)]
    for name in names:
        supervisor.start(Child(name, duban_command("worker", *queues), child_environ()))
    supervisor.run()
    supervisor.stop(names)
