"""`python -m tests.chaos --faults 60 --seed 7`: one fault run, its figures, and exit code 1 when anything is wrong."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.checker import shown
from tests.chaos.fleet import OURS
from tests.chaos.product import COPIES
from tests.chaos.run import run


def main() -> int:
    """Run and tell."""
    asked = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    asked.add_argument("--faults", type=int, default=60)
    asked.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    asked.add_argument("--database", choices=OURS, default="postgresql")
    asked.add_argument("--copy", choices=COPIES, default="product", help="the product, or one with a bug planted")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
    sys.stdout.write(f"seed {given.seed}, {given.faults} faults on {given.database}; logs in {folder}\n")
    sys.stdout.flush()
    report = run(folder, given.database, faults=given.faults, seed=given.seed, copy=COPIES[given.copy])
    sys.stdout.write("\n".join(report.lines()) + "\n")
    if not report.faultless:
        sys.stdout.write(shown(report.verdict) + "\n" + "\n".join(report.unexpected[:10]) + "\n")
    return 0 if report.faultless else 1


if __name__ == "__main__":
    sys.exit(main())
