"""`duban up`: everything in one terminal."""

import json
import os
import socket
from contextlib import ExitStack
from pathlib import Path

import click

from cli.backups.hold import held_lines
from cli.db import adopt_calendar, take_over
from cli.processes.child_processes import Child, child_environ, print_line
from cli.processes.forks import ForkedChild, load_for_children
from cli.processes.readiness import Readiness
from cli.processes.supervisor import Supervisor
from cli.proof.audit import create_embedded_key
from cli.up_resources import hold_data_folder, listen, redis_command, redis_url, socket_folder
from service.settings import Settings, load_settings
from service.setup.installation import is_installed
from service.store.schema import upgrade
from service.store.transaction import transaction
from service.wording.names import read_names
from service.wording.texts import take_names
from workers.queues import QUEUES, ping
from workers.stop import Stop

REDIS_WITHIN = 10.0  # seconds; without it everything goes on, a little slower
READY_WITHIN = 60.0  # seconds
DEMO_DATA = "data-demo"  # in the working folder


@click.command()
@click.option("--demo", is_flag=True, help="载入演示数据（每个数据文件夹一次） / load the demonstration data, once")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="数据文件夹 / data folder  [data; demo: data-demo]"
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口 / port; 0: any free")
def up(*, demo: bool, data: Path | None, port: int) -> None:
    """在本机启动全部进程，按 Ctrl-C 停止。 / Start everything on this machine; Ctrl-C stops it.

    数据库升级、内置 Redis、网页、后台处理、时刻表。 / Migrations, embedded Redis, web, workers, timetable.
    """
    environ = dict(os.environ)
    if data is not None:
        environ["DUBAN_DATA_DIR"] = str(data)
    elif demo:  # an office's own data and the demonstration's never meet
        environ.setdefault("DUBAN_DATA_DIR", DEMO_DATA)
    with ExitStack() as resources:
        listener = resources.enter_context(listen(port))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environ.setdefault("DUBAN_BASE_URL", address)
        settings = load_settings(environ)
        environ["DUBAN_DATA_DIR"] = str(settings.data_dir)
        take_names(read_names(settings.data_dir))
        resources.enter_context(hold_data_folder(settings.data_dir))
        upgrade(settings.database_url)
        create_embedded_key(settings)
        take_over(settings)
        adopt_calendar(settings)
        if demo:
            from demo.rounds import load_demo_once  # noqa: PLC0415 - nobody else needs the demonstration

            load_demo_once(settings)
        folder = resources.enter_context(socket_folder())
        _Up(settings, environ, folder, listener, address).run()


class _Up:
    """One run: Redis is started first and stopped last."""

    def __init__(
        self, settings: Settings, environ: dict[str, str], folder: Path, listener: socket.socket, address: str
    ) -> None:
        self._settings, self._environ, self._folder = settings, environ, folder
        self._listener, self._address = listener, address
        self._stop = Stop()
        self._supervisor = Supervisor(print_line, self._stop)

    def run(self) -> None:
        """Start in order, run until stopped, stop in the opposite order."""
        self._stop.on_signals()
        names: list[str] = []
        try:
            self._start_redis()
            load_for_children(self._settings)
            for child in self._processes():
                names.append(child.name)
                self._supervisor.start(child)
            if self._supervisor.wait_until(Readiness(self._listener.getsockname()), READY_WITHIN):
                _print_welcome(self._settings, self._address)
            self._supervisor.run()
        finally:
            self._supervisor.stop(names)
            self._supervisor.stop(["redis"])
        click.echo("已全部停止。 / Everything has stopped.", err=True)

    def _start_redis(self) -> None:
        if self._settings.redis_url:
            return
        self._environ["DUBAN_REDIS_URL"] = url = redis_url(self._folder)
        self._supervisor.start(Child("redis", redis_command(self._folder), self._environ))
        self._supervisor.wait_until(lambda: ping(url) is None, REDIS_WITHIN)

    def _processes(self) -> list[Child]:
        """A worker for each queue: a slow mail server must not keep the sweep waiting."""
        environ, fd = child_environ(self._environ), self._listener.fileno()
        return [
            ForkedChild("web", ["web", "--fd", str(fd)], environ, pass_fds=[fd]),
            ForkedChild("timetable", ["timetable"], environ),
            ForkedChild("watchdog", ["watchdog"], environ),
            *(ForkedChild(queue, ["worker", queue], environ) for queue in QUEUES),
        ]


def _print_welcome(settings: Settings, address: str) -> None:
    accounts = settings.data_dir / "demo-accounts.json"
    with transaction(settings, read_only=True) as session:
        empty = not is_installed(session)
    mail = settings.data_dir / "outbox" / "*.eml" if settings.smtp_url is None else "SMTP"
    lines = [
        "",
        f"  督办已启动 / Duban is running    {address}",
        *(_accounts_to_try(accounts) if accounts.exists() else []),
        *([f"  尚无管理员 / no administrator    DUBAN_DATA_DIR={settings.data_dir} duban init"] if empty else []),
        f"  邮件 / mail                      {mail}",
        *(f"  {line}" for line in held_lines(settings)),
        "  停止 / stop                      Ctrl-C",
        "",
    ]
    click.echo("\n".join(lines))


def _accounts_to_try(file: Path) -> list[str]:
    """Three accounts of the demonstration, and where the others are."""
    accounts = {one["role"]: one for one in reversed(json.loads(file.read_text("utf-8"))["accounts"])}
    shown = [accounts[role] for role in ("inspector", "university", "leadership") if role in accounts]
    return [
        *(f"  可试用账号 / an account to try   {one['username']}  {one['password']}" for one in shown),
        f"  演示账号 / all accounts          {file}",
    ]
