"""`make bench`: everything that is measured, or what is named; `ARGS="list --listed 20000"` for a quick look."""

import argparse
import logging
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack

import structlog

from benchmarks.lines import Line, Missing, Table
from benchmarks.run import Run
from benchmarks.subjects import SUBJECTS, Measure


def main() -> None:
    """Measure on servers of our own, print, and go on with the next subject whatever one dies of."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*SUBJECTS, []], default=[])
    for name, (standard, meaning) in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=standard, help=f"{meaning} ({standard:,})")
    wanted = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_late)
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # ends what was started as well
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    table, began = Table(), time.monotonic()
    table.begin(" ".join(f"--{name} {getattr(wanted, name.replace('-', '_'))}" for name in SIZES))
    with ExitStack() as stack:
        run = Run(wanted, stack)
        for name in wanted.what or SUBJECTS:
            title, measure = SUBJECTS[name]
            table.write(f"{name}: {title}", _alive(name, measure, run))
    table.end()
    print(f"{(time.monotonic() - began) / 60:.0f} minutes")


SIZES = {
    "listed": (1_000_000, "findings that are listed, searched and counted"),
    "swept": (1_000_000, "findings in the table that is swept"),
    "due": (10_000, "of them due, for each side of a comparison"),
    "calls": (200, "calls that write, in each turn"),
    "lists": (80, "calls that read, in each turn"),
    "sqlite": (20_000, "findings on SQLite"),
    "words-on-sqlite": (200_000, "findings that are searched on SQLite"),
    "deadlines": (200, "deadlines waited for"),
    "rows": (100_000, "findings in the ledger that is exported"),
    "seconds": (30, "of imports beside which another writes"),
    "idle": (20, "seconds during which an idle office is watched"),
    "scaled": (0, "findings with ten events each, when they are wanted, such as 2000000"),
    "tenfold": (0, "findings for the sweep with nothing due, when more are wanted, such as 10000000"),
    "minutes": (12, "that a subject may take, for the next ones want their turn; more where more is wanted"),
}


def _alive(name: str, measure: Measure, run: Run) -> Iterator[Line | Missing]:
    """The lines of a subject; what it dies of is its last one."""
    signal.alarm(run.sizes.minutes * 60)
    try:
        yield from measure(run)
    except Exception as error:  # noqa: BLE001 - an unattended run tells what failed, and goes on
        traceback.print_exc()
        yield Missing(f"the rest of {name}", f"{type(error).__name__}: {_first_line(error)}")
    finally:
        signal.alarm(0)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]


def _too_late(*_: object) -> None:
    raise TimeoutError("not done in the time that a subject may take")


if __name__ == "__main__":
    main()
