"""`python -m tests.planted [WORD…]`: plant each bug whose name has one of the words, and run the tests that catch it.

Ends with 1 when a bug survives or a patch no longer applies.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.planted.bug import Bug
from tests.planted.bugs import BUGS
from tests.planted.patch import ROOT, PatchOutdated

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".lock-venv", ".*_cache", "__pycache__", "data", "data-*", "*.egg-info"
)
FAILED = 1  # what pytest ends with when tests failed; anything else is no proof
WITHIN = 600  # seconds


def verdict(bug: Bug) -> str:
    """`caught`, or why it was not."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Path(folder) / "duban"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        try:
            for patch in bug.patches:
                patch.apply(copy)
        except PatchOutdated as error:
            return str(error)
        tests = [f"tests/{test}" for test in bug.tests]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        try:
            ended = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=WITHIN, check=False)
        except subprocess.TimeoutExpired:
            return f"SURVIVED: no test failed within {WITHIN} s"
    if ended.returncode == FAILED:
        return "caught"
    return (
        "SURVIVED" if ended.returncode == 0 else f"the tests did not run ({ended.returncode}):\n{ended.stdout[-2000:]}"
    )


def main(words: Sequence[str]) -> int:
    """Plant the bugs one after another and print what became of each; 1 unless all were caught."""
    chosen = [bug for bug in BUGS if not words or any(word in bug.name for word in words)]
    uncaught = 0
    for bug in chosen:
        found = verdict(bug)
        uncaught += found != "caught"
        print(f"{bug.name}: {found}", flush=True)  # noqa: T201 - a command's answer
    print(f"{len(chosen) - uncaught} of {len(chosen)} caught")  # noqa: T201
    return int(uncaught > 0 or not chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
