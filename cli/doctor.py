"""`duban doctor`: whether everything is as it should be, in sentences that say what to do."""

import os

import click

from cli.books import open_books
from service import clock
from service.doctor import Check, Status, examine
from service.evidence_store import FolderStore
from service.settings import load_settings
from workers.queues import ping

MARKS = {Status.OK: ("✔", "green"), Status.WARNING: ("!", "yellow"), Status.FAULT: ("✘", "red")}


@click.command()
def doctor() -> None:
    """检查运行状况，有故障时退出码为 1。 / Look whether everything is as it should be; exits with 1 on faults."""
    settings = load_settings(os.environ)
    url = settings.redis_url
    with open_books(settings, read_only=True, any_schema=True) as session:
        checks = examine(
            session,
            store=FolderStore(settings.data_dir / "evidence"),
            now=clock.now(session),
            ping=(lambda: ping(url)) if url else None,
        )
    for check in checks:
        _show(check)
    faults = sum(check.status is Status.FAULT for check in checks)
    if faults:
        raise click.ClickException(f"发现 {faults} 项故障，请按提示处理。 / {faults} faults: see what they say above.")


def _show(check: Check) -> None:
    mark, colour = MARKS[check.status]
    click.echo(f"{click.style(mark, fg=colour)} {check.sentence('zh')}")
    if check.status is not Status.OK:
        click.echo(f"  {check.sentence('en')}")
