"""What is measured of requests: how many, how long, and how many connections to the database are out at once.

Every web process counts for itself. Where several serve one socket, `duban web` names a folder in
PROMETHEUS_MULTIPROC_DIR in which they keep their counts, and whichever is asked answers for all of them.
"""

import os
from pathlib import Path
from time import monotonic

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy import QueuePool

from api.http.context import resources
from service.store.heartbeats import is_running

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name
BUCKETS = (0.05, 0.25, 1.0, 5.0)  # seconds
NO_ROUTE = "-"


class Measures:
    """The measures of one process, labelled by method and route template: never by anything that callers make up."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "duban_http_requests",
            "Requests that were answered, by class of status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "duban_http_request_duration_seconds",
            "How long answers took.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.connections = Gauge(
            "duban_database_connections_in_use",
            "Connections of web processes to the database that were in use at the last request.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def for_all_processes(self) -> CollectorRegistry:
        """What is to be shown: of this process, or of all that share a folder."""
        folder = os.environ.get(FOLDER)
        if not folder:
            return self.registry
        _forget_killed(Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
        return registry


def register_measures(app: Flask) -> None:
    """Measure every request."""
    app.extensions["duban.measures"] = Measures()
    app.before_request(_begin)
    app.after_request(_measure)
    app.teardown_request(_count_connections)


def measures() -> Measures:
    """Those of the present application."""
    found: Measures = current_app.extensions["duban.measures"]
    return found


def _begin() -> None:
    g.measured_since = monotonic()
    _count_connections()


def _measure(response: Response) -> Response:
    labels = (request.method, request.url_rule.rule) if request.url_rule else (NO_ROUTE, NO_ROUTE)
    since = g.get("measured_since")
    if since is not None:
        measures().seconds.labels(*labels).observe(monotonic() - since)
    measures().requests.labels(*labels, f"{response.status_code // 100}xx").inc()
    return response


def _count_connections(_error: BaseException | None = None) -> None:
    pool = resources().engine.pool
    if isinstance(pool, QueuePool):
        measures().connections.set(pool.checkedout())


def _forget_killed(folder: Path) -> None:
    """A process that was killed holds no connection any more; what it has counted stays counted."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not is_running(pid):
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
