"""Copies of the product, to be run beside the one under test: with shorter leases, or with a bug planted."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "service", "api", "workers", "cli")


@dataclass(frozen=True, slots=True)
class Patch:
    """A text of a file, and what stands there instead."""

    file: str
    before: str
    after: str


SHORT_LEASES = (  # so that a process can be stopped for longer than its lease many times in a run
    Patch("service/alerts/leases.py", "LEASE = timedelta(seconds=60)", "LEASE = timedelta(seconds=6)"),
)
NO_OUTBOX = (  # a message counts as sent when it is claimed, then it is handed over: nothing stored sends it again
    *SHORT_LEASES,
    Patch(
        "service/store/leases.py",
        "next_attempt_at=until,\n            attempts=",
        "next_attempt_at=None,\n            attempts=",
    ),
    Patch("service/alerts/leases.py", "until=now + LEASE)", "until=now + LEASE, sent_at=now)"),
)
NO_FENCE = (  # findings are claimed without a lock and written without looking at their version
    *SHORT_LEASES,
    Patch("service/findings/sweep.py", ".with_for_update(skip_locked=True, of=Finding)", ""),
    Patch("service/store/bulk.py", " AND {table.name}.version = new.version - 1", ""),
    Patch("service/store/bulk.py", ', table.c.version == bindparam("seen_version")', ""),
)


def copy_product(folder: Path, patches: Sequence[Patch]) -> Path:
    """Copy the packages into the folder and patch them; returns what PYTHONPATH is to name."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for patch in patches:
        file = folder / patch.file
        text = file.read_text()
        assert text.count(patch.before) == 1, f"{patch.file} has changed: mend the patch {patch.before!r}"
        file.write_text(text.replace(patch.before, patch.after))
    return folder
