"""What is measured, by name and in order: subjects that share an office follow each other."""

from collections.abc import Callable, Iterator, Mapping

from benchmarks import (
    figures,
    growth,
    imports,
    latency,
    ledger,
    listing,
    logging_calls,
    mail,
    rest,
    scale,
    schedulers,
    sqlite_sweep,
    statements,
    sweeping,
    words,
)
from benchmarks.lines import Line, Missing
from benchmarks.run import Run

Measure = Callable[[Run], Iterator[Line | Missing]]
UNIVERSITIES = 40  # of a city


def _large(measure: Callable[..., Iterator[Line | Missing]]) -> Measure:
    """A subject over the large office."""
    return lambda run: measure(run, run.office(run.sizes.listed, universities=UNIVERSITIES))


def _beside_peer(measure: Callable[..., Iterator[Line | Missing]]) -> Measure:
    """A subject over the large office and its peer."""
    return lambda run: measure(run, run.office(run.sizes.listed, universities=UNIVERSITIES), run.sizes.listed)


SUBJECTS: Mapping[str, tuple[str, Measure]] = {
    "statements": ("statements of a call", statements.measure),
    "log": ("logging over HTTP", _beside_peer(logging_calls.compare)),
    "moves": ("notify, submit and review over HTTP", _large(logging_calls.moves)),
    "me": ("authorizing a request", _large(logging_calls.authorizing)),
    "list": ("lists over HTTP, as each role", _beside_peer(listing.as_each_role)),
    "filters": ("lists over HTTP, filtered", _beside_peer(listing.filtered)),
    "few": ("lists beside those of few findings", _large(listing.beside_few)),
    "scope": ("lists of one unit and of many", listing.by_scope),
    "words": ("words, in the database", _large(words.both)),
    "pages": ("server time of pages", listing.pages),
    "statistics": ("figures and readiness", _large(figures.measure)),
    "growth": ("more processes", _large(growth.measure)),
    "sweep": ("the sweep, and nothing due", sweeping.measure),
    "schedulers": ("the sweep beside schedulers", schedulers.measure),
    "latency": ("from a deadline to event, inbox and mail", latency.measure),
    "at-once": ("many due at one moment", mail.at_once),
    "delivery": ("delivery beside a bare loop", mail.delivering),
    "sqlite-list": ("lists on SQLite", listing.on_sqlite),
    "sqlite-log": ("logging on SQLite while it sweeps", sqlite_sweep.measure),
    "rest": ("start and rest", rest.measure),
    "scale": ("many findings with their events", scale.measure),
    "ledger": ("the ledger as an Excel file", ledger.measure),
    "imports": ("another's writes beside three imports, SQLite", imports.measure),
}
