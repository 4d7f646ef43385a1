"""`python -m tests.fuzz --cases 20000 --seed 7`: as every role in turn; exit code 1 when anything is wrong."""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from math import ceil
from pathlib import Path

import structlog

from service.store.schema import upgrade
from tests.functional.scope_world import ScopeWorld, open_scope_world
from tests.fuzz.run import Examples, run

OPERATIONS = len(Path("tests/functional/operations.txt").read_text("utf-8").splitlines())
SHOWN = 20  # faults


def main() -> int:
    """Ask and tell."""
    asked = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    asked.add_argument("--cases", type=int, default=20_000, help="for all roles together")
    asked.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = asked.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # a line a request
    with tempfile.TemporaryDirectory(prefix="duban-fuzz-") as folder:
        template, worked = Path(folder, "empty.db"), Path(folder, "world")
        upgrade(f"sqlite:///{template}")
        worked.mkdir()
        with open_scope_world(template, worked) as world:
            return _ask_as_everybody(world, given.cases, given.seed)


def _ask_as_everybody(world: ScopeWorld, cases: int, seed: int) -> int:
    each = max(2, ceil(cases / len(world.tokens) / OPERATIONS))
    unlawful = ceil(each / 3)
    examples = Examples(lawful=each - unlawful, unlawful=unlawful, seed=seed)
    sys.stdout.write(f"seed {seed}: {each} examples of each of {OPERATIONS} operations\n")
    faults: dict[str, None] = {}
    total: Counter[int] = Counter()
    for who in world.tokens:
        found, answers = run(world, who, examples)
        faults |= dict.fromkeys(found)
        total += answers
        told = ", ".join(f"{status}: {count}" for status, count in sorted(answers.items()))
        sys.stdout.write(f"{who:12} {told}; {len(found)} faults\n")
        sys.stdout.flush()
    sys.stdout.write("\n".join([*list(faults)[:SHOWN], f"{total.total()} cases, {len(faults)} faults"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
