"""`make bench`: everything that is measured, or what is named; `ARGS="sweep --findings 100000"` for a quick look."""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import api, http, imports, latency, ledger, mail, readiness, sweep
from benchmarks.lines import print_lines
from tests.servers import PostgreSQL, Valkey

KINDS = ("sweep", "api", "http", "imports", "latency", "ledger", "mail", "readiness")


def main() -> None:
    """Measure on a PostgreSQL of our own, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*KINDS, []], default=[])
    parser.add_argument("--findings", type=int, default=1_000_000, help="rows in the table")
    parser.add_argument("--due", type=int, default=10_000, help="of them due, for each side of the comparison")
    parser.add_argument("--calls", type=int, default=200, help="calls of each kind to the API, in each turn")
    parser.add_argument("--listed", type=int, default=5_000, help="findings that are listed over HTTP")
    parser.add_argument("--deadlines", type=int, default=200, help="deadlines waited for")
    parser.add_argument("--rows", type=int, default=100_000, help="findings in the ledger that is exported")
    parser.add_argument("--seconds", type=float, default=30, help="of imports beside which another writes")
    wanted = parser.parse_args()
    what = wanted.what or [*KINDS]
    if "imports" in what:
        _print("another's writes beside three imports, SQLite", imports.measure(seconds=wanted.seconds))
    if "http" in what:
        _measure_over_http(wanted)
    if not {"imports", "http"}.issuperset(what):
        _measure_on_postgresql(wanted, what)


def _measure_over_http(wanted: argparse.Namespace) -> None:
    sizes = {"listed": wanted.listed, "calls": wanted.calls}
    told = f"{wanted.listed} findings, {wanted.calls} calls a turn, {http.CLIENTS} clients"
    with PostgreSQL(durable=True) as server:
        print_lines(f"HTTP beside Flask + ORM, PostgreSQL, {told}", http.measure(server.create_database, **sizes))
    with tempfile.TemporaryDirectory() as folder:
        lines = http.measure(lambda name: f"sqlite:///{Path(folder) / name}.sqlite", **sizes)
        print_lines(f"HTTP beside Flask + ORM, SQLite, {told}", lines)


def _measure_on_postgresql(wanted: argparse.Namespace, what: Sequence[str]) -> None:
    with PostgreSQL() as server:
        url = server.create_database("benchmark")
        seeded = None
        if "sweep" in what:
            figures, seeded = sweep.measure(url, due=wanted.due, findings=wanted.findings)
            _print(f"sweep, {wanted.due} due of {wanted.findings}", figures)
        if "api" in what:
            rows = wanted.findings if seeded else 0
            _print(f"API on PostgreSQL, {rows} findings", api.measure(url, calls=wanted.calls, seeded=seeded))
        if "ledger" in what:
            fresh = server.create_database("ledger")
            _print(f"ledger of {wanted.rows} findings", ledger.measure(fresh, rows=wanted.rows))
        if "readiness" in what:
            fresh = server.create_database("readiness")
            _print("readiness of 40 universities", readiness.measure(fresh))
        if "latency" in what:
            with Valkey() as redis:
                fresh = server.create_database("latency")
                _print("deadline to event and alert", latency.measure(fresh, redis.url(), deadlines=wanted.deadlines))
        if "mail" in what:
            with Valkey() as redis:
                fresh = server.create_database("mail")
                _print(f"{wanted.due} due at once", mail.measure(fresh, redis.url(), due=wanted.due))


def _print(title: str, figures: Mapping[str, float]) -> None:
    print(title)
    for name, figure in figures.items():
        print(f"  {name:32} {figure:10.2f}")


if __name__ == "__main__":
    main()
