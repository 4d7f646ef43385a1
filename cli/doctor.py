"""`duban doctor`: checks of the installation, in sentences that say what to do."""

import os
import socket

import click

from service.doctor.doctor import KINDS, Check, NotePlaces, Status, examine, examine_process
from service.doctor.https import check_https
from service.doctor.private import check_private
from service.doctor.storage import check_storage
from service.files.store import FolderStore
from service.settings import Settings, load_settings
from service.store import clock
from service.store.db import connect
from service.store.transaction import transaction
from workers.queues import ping

BLOCKING = 2  # checks of schema and pages: with a fault nothing else was looked at
MARKS = {Status.OK: ("✔", "green"), Status.WARNING: ("!", "yellow"), Status.FAULT: ("✘", "red")}


@click.command()
@click.option(
    "--process", type=click.Choice(KINDS), help="只看本机该类进程是否在运行 / only whether that kind runs here"
)
def doctor(*, process: str | None) -> None:
    """检查运行状况，有故障时退出码为 1。 / Look whether everything is as it should be; exits with 1 on faults."""
    checks = _checks(process)
    for check in checks:
        _print(check)
    faults = sum(check.status is Status.FAULT for check in checks)
    if faults:
        raise click.ClickException(f"发现 {faults} 项故障，请按提示处理。 / {faults} faults: see what they say above.")


def _checks(process: str | None) -> list[Check]:
    settings = load_settings(os.environ)
    url = settings.redis_url
    with transaction(settings, read_only=True, any_schema=True) as session:
        now = clock.now(session)
        if process:
            return examine_process(session, process, host=socket.gethostname(), now=now)
        checks = examine(
            session,
            store=FolderStore(settings.data_dir / "evidence"),
            now=now,
            ping=(lambda: ping(url)) if url else None,
            quota=settings.evidence,
            notes=NotePlaces(settings.checkpoint_key, settings.checkpoint_dir),
            apart=settings.accounts.separate_administration,
        )
    went_through = all(check.status is not Status.FAULT for check in checks[:BLOCKING])
    return [*checks, check_private(settings), check_https(settings), _storage(settings)] if went_through else checks


def _storage(settings: Settings) -> Check:
    engine = connect(settings.database_url)
    try:
        return check_storage(engine, settings.data_dir)
    finally:
        engine.dispose()


def _print(check: Check) -> None:
    mark, colour = MARKS[check.status]
    click.echo(f"{click.style(mark, fg=colour)} {check.sentence('zh')}")
    if check.status is not Status.OK:
        click.echo(f"  {check.sentence('en')}")
