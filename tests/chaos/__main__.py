"""`python -m tests.chaos --faults 60 --seed 7`: one fault run, its figures, and exit code 1 when anything is wrong."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.checker import shown
from tests.chaos.product import NO_FENCE, NO_OUTBOX, SHORT_LEASES
from tests.chaos.run import run

COPIES = {"product": SHORT_LEASES, "no-outbox": NO_OUTBOX, "no-fence": NO_FENCE}


def main() -> int:
    """Run and tell."""
    asked = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    asked.add_argument("--faults", type=int, default=60)
    asked.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    asked.add_argument("--copy", choices=COPIES, default="product", help="the product, or one with a bug planted")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
    sys.stdout.write(f"seed {given.seed}, {given.faults} faults; logs in {folder}\n")
    report = run(folder, faults=given.faults, seed=given.seed, patches=COPIES[given.copy])
    sys.stdout.write("\n".join(report.lines()) + "\n")
    if not report.faultless:
        sys.stdout.write(shown(report.verdict) + "\n" + "\n".join(report.unexpected[:10]) + "\n")
    return 0 if report.faultless else 1


if __name__ == "__main__":
    sys.exit(main())
