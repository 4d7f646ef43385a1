"""`duban web`: the API and the console, served by gunicorn."""

import os
from collections.abc import Mapping
from typing import Any

import click
import structlog
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from cli.child_processes import die_with_parent
from cli.logs import configure_logging
from service.settings import Settings, load_settings
from service.store.db import connect
from workers.resources import is_ready

THREADS = 8
FINISH_WITHIN = 15  # seconds for requests at hand when asked to stop

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
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _Web(settings, {"bind": f"fd://{fd}" if fd is not None else address, "workers": processes}).run()


class _Web(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
    """gunicorn, configured here instead of by a file."""

    def __init__(self, settings: Settings, options: Mapping[str, object]) -> None:
        self._settings, self._options = settings, options
        super().__init__()

    def load_config(self) -> None:
        fixed = {
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": FINISH_WITHIN,
            "control_socket_disable": True,  # one for each user: two of ours would fight for it
            "logger_class": _Log,
            "errorlog": None,
            "loglevel": "warning",
            "when_ready": _log_start,
            "post_fork": _end_with_master,
        }
        for name, value in {**fixed, **self._options}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from api.app import create_app  # noqa: PLC0415 - each worker builds its own, after the fork

        return create_app(self._settings)


class _Log(Logger):  # type: ignore[misc]  # gunicorn is not typed
    """gunicorn's errors, in the log of this process."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


def _log_start(arbiter: Any) -> None:
    _log.info("serving", at=",".join(map(str, arbiter.LISTENERS)), processes=arbiter.cfg.workers)


def _end_with_master(_arbiter: object, _worker: object) -> None:
    """End a worker whose master was killed, so that no old one answers beside the next."""
    die_with_parent()
