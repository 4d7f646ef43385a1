"""`/metrics` for Prometheus: figures of the office, read at each scrape, and what web processes measure."""

import hmac
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from api.http.access import bearer_token, public
from api.http.context import resources
from api.http.counters import counters
from api.http.measures import measures
from service.doctor.figures import FIGURES, Figure, figures_of_office
from service.errors import NotAllowed, Unavailable
from service.store.db import unavailable_when_lost

PREFIX = "duban_"
OFFICE = {  # name → what it says, of all but requests
    "info": "The version that runs.",
    "database_up": "Whether the database answers.",
    **FIGURES,
    "redis_up": "Whether Redis answers, where there is one.",
    "queue_length": "Ticks that wait in Redis, by queue.",
}
# What a proxy leaves behind: whoever comes through one is not of this host, though its address is.
OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")

NOWHERE = "::"

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Open to this host itself; from elsewhere to whoever has the token of DUBAN_METRICS_TOKEN. Tells of no person."""
    _require_reader()
    encode, media_type = choose_encoder(request.headers.get("Accept", ""))
    office = CollectorRegistry()
    office.register(OfficeCollector())
    return current_app.response_class(encode(office) + encode(measures().for_all_processes()), content_type=media_type)


class OfficeCollector(Collector):
    """The figures of the office; while the database is away only that it is."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families, each with all of its figures."""
        figures, is_up = _figures()
        by_name: dict[str, list[Figure]] = defaultdict(list)
        for figure in (Figure("info", 1, {"version": version("duban")}), Figure("database_up", is_up), *figures):
            by_name[figure.name].append(figure)
        if resources().settings.redis_url:
            lengths = counters().queue_lengths()
            by_name["redis_up"] = [Figure("redis_up", lengths is not None)]
            by_name["queue_length"] = [
                Figure("queue_length", n, {"queue": name}) for name, n in (lengths or {}).items()
            ]
        for name, text in OFFICE.items():
            if found := by_name.get(name):
                yield _family(name, text, found)


def _require_reader() -> None:
    neighbour = ip_address(request.remote_addr or NOWHERE)
    if neighbour.is_loopback and not any(name in request.headers for name in OF_PROXIES):
        return
    token = resources().settings.metrics_token
    if token is None or not hmac.compare_digest(bearer_token().encode(), token.encode()):
        raise NotAllowed("unauthenticated")


def _figures() -> tuple[list[Figure], bool]:
    own = resources()
    try:
        with unavailable_when_lost(), own.reading() as session:
            return list(figures_of_office(session, now=own.now(session))), True
    except Unavailable:
        return [], False


def _family(name: str, text: str, figures: list[Figure]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, text, labels=list(figures[0].labels))
    for figure in figures:
        family.add_metric(list(figure.labels.values()), float(figure.value))
    return family
