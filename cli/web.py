"""`duban web`: the API and the console, in one process or several that share a socket."""

import gc
import os
import resource
import socket
from dataclasses import replace
from tempfile import TemporaryDirectory
from threading import Thread

import click
import structlog

from cli.commands import uncollected
from cli.logs import configure_logging
from cli.processes.child_processes import Child, child_environ, duban_command, print_line
from cli.processes.supervisor import Supervisor
from service.settings import Settings, load_settings
from service.store.db import connect
from service.store.heartbeats import WEB
from workers.heart import Heart
from workers.resources import is_ready, open_resources
from workers.stop import Stop
from workers.watchdog import keep_watch

WATCH_ENDS_WITHIN = 10.0  # seconds for a look at hand when asked to stop
DESCRIPTORS = 4096  # files and connections; 1,024 is usual, and 900 connections are taken
BACKLOG = 512  # connections that wait to be taken

_log = structlog.get_logger()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口 / port")
@click.option("--processes", type=click.IntRange(1, 64), help="进程数 / processes  [PostgreSQL: 2, SQLite: 1]")
@click.option("--fd", type=int, hidden=True, help="an open socket to listen on instead")
def web(host: str, port: int, processes: int | None, fd: int | None) -> None:
    """运行网页与接口进程。 / Serve the API and the console."""
    configure_logging()
    settings = load_settings(os.environ)
    engine = connect(settings.database_url)
    is_ready(engine)  # another schema is refused; a database that is away is waited for, with 503
    engine.dispose()
    # An SQLite file takes one writer at a time: threads of one process wait for each other with less noise.
    processes = processes or (1 if engine.dialect.name == "sqlite" else 2)
    stop = Stop()
    stop.on_signals()
    with _listener(host, port, fd) as listener:
        _log.info("serving", at=_address(listener), processes=processes)
        if processes == 1:
            _serve(settings, listener, stop)
        else:
            _supervise(listener, processes, stop)


def _serve(settings: Settings, listener: socket.socket, stop: Stop) -> None:
    with uncollected():  # the process that looks after others does without
        from api.app import create_app  # noqa: PLC0415
        from api.serving import server_of  # noqa: PLC0415

    allow_descriptors()
    server = server_of(create_app(settings), listener)
    gc.freeze()  # what was made so far stays: no search for garbage need walk through it while somebody waits
    resources = replace(open_resources(settings), stop=stop)  # connections of their own for heartbeat and watchdog
    watching = Thread(target=keep_watch, args=(resources,), kwargs={"stands_by": True}, daemon=True)
    try:
        with Heart(resources.sessions, WEB, folder=resources.folder):  # from within the process that answers
            watching.start()
            server.run_until(lambda: stop.requested)
            watching.join(WATCH_ENDS_WITHIN)
    finally:
        resources.close()


def allow_descriptors() -> None:
    """Let this process open as many files as it may, up to `DESCRIPTORS`: a connection may have one beside it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _supervise(listener: socket.socket, processes: int, stop: Stop) -> None:
    """Keep so many processes running that serve the same socket."""
    supervisor, fd = Supervisor(print_line, stop), listener.fileno()
    names = [f"web-{number}" for number in range(1, processes + 1)]
    command = duban_command("web", "--processes", "1", "--fd", str(fd))
    with TemporaryDirectory(prefix="duban-metrics-") as folder:  # where they add up what they measure
        environ = {**child_environ(), "PROMETHEUS_MULTIPROC_DIR": folder}
        try:
            for name in names:
                supervisor.start(Child(name, command, environ, pass_fds=[fd]))
            supervisor.run()
        finally:
            supervisor.stop(names)


def _listener(host: str, port: int, fd: int | None) -> socket.socket:
    """A listening socket; ClickException when the address cannot be had."""
    if fd is not None:
        return socket.socket(fileno=fd)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise click.ClickException(
            f"地址 {host}、端口 {port} 不能使用（{error.strerror}），请停止占用它的程序，"
            "或用 --host、--port 另行指定。 / "
            f"Address {host}, port {port} cannot be used ({error.strerror}); stop what uses it, "
            "or choose another with --host and --port."
        ) from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"
