"""`duban queue`: what waits for workers, who serves them, and which jobs failed: run again, or dropped."""

import os
from uuid import UUID

import click

from cli.record_options import administrator, recorded
from cli.text_tables import table
from service.rounds.rulebooks import calendar_in_force
from service.security_log.writing import NewSecurityEntry, record_security
from service.settings import load_settings
from service.store import clock
from service.store.heartbeats import WORKER, processes
from service.store.transaction import transaction
from workers.queue_list import end_failed, failed_jobs, queue_states
from workflows.security import SecurityKind

QUEUES = ("队列 queue", "等待 waiting", "进行 running", "失败 failed", "进程 listeners")
WORKERS = ("主机 host", "进程号 pid", "负责 duties", "最近 seen")
FAILED = ("编号 id", "队列 queue", "时间 failed at", "原因 reason")


@click.group()
def queue() -> None:
    """队列和后台任务。 / Queues and the jobs of workers."""


@queue.command("list")
def list_() -> None:
    """各队列的长度和各处理进程。 / The length of each queue, and the workers."""
    settings = load_settings(os.environ)
    with transaction(settings, read_only=True) as session:
        zone = calendar_in_force(session).zone
        workers = [
            (one.host, str(one.pid), one.duties, f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}")
            for one in processes(session)
            if one.kind == WORKER
        ]
    if settings.redis_url:
        click.echo(table(QUEUES, [tuple(map(str, state)) for state in queue_states(settings.redis_url)]))
    else:
        click.echo("未使用 Redis，处理进程自行查看数据库。 / There is no Redis: workers look into the database.")
    click.echo(table(WORKERS, workers) if workers else "没有处理进程。 / There is no worker.")


@queue.command()
def failed() -> None:
    """一周内失败的任务及原因。 / The jobs that failed within a week, and why."""
    jobs = failed_jobs(_redis_url())
    if not jobs:
        click.echo("没有失败的任务。 / No job failed.")
        return
    with transaction(read_only=True) as session:
        zone = calendar_in_force(session).zone
    when = [f"{one.failed_at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if one.failed_at else "—" for one in jobs]
    rows = [(one.id, one.queue, at, one.reason or "—") for one, at in zip(jobs, when, strict=True)]
    click.echo(table(FAILED, rows))


@queue.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@recorded
def retry(job_id: UUID, *, as_: str | None, reason: str | None) -> None:
    """重新办理失败的任务。 / Do the work of a failed job again."""
    name = _end(job_id, as_, reason, again=True)
    click.echo(f"队列 {name} 将重新办理到期事项。 / The queue {name} looks again for what is due.")


@queue.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@recorded
def drop(job_id: UUID, *, as_: str | None, reason: str | None) -> None:
    """删除失败任务的记录。 / Forget a failed job."""
    _end(job_id, as_, reason, again=False)
    click.echo("已删除。 / It is forgotten.")


def _end(job_id: UUID, username: str | None, reason: str | None, *, again: bool) -> str:
    """Put it on record, and do it: the record is undone when there is no such job."""
    with transaction() as session:
        actor = administrator(session, username)
        name = end_failed(_redis_url(), str(job_id), again=again)
        data = {"act": "run_again" if again else "drop_job", "queue": name, "by": "command line"}
        data |= {"reason": reason} if reason else {}
        entry = NewSecurityEntry(kind=SecurityKind.UPKEEP, person_id=actor.id, subject_id=str(job_id), data=data)
        record_security(session, entry, now=clock.now(session))
    return name


def _redis_url() -> str:
    url = load_settings(os.environ).redis_url
    if url is None:
        raise click.ClickException(
            "未使用 Redis（DUBAN_REDIS_URL 未设置），没有任务队列；请在使用 Redis 的主机上运行。 / "
            "There is no Redis (DUBAN_REDIS_URL), and so no queue of jobs; run it where there is one."
        )
    return url
