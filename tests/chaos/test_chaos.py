"""Sixty faults under load: nothing is lost, nothing doubled; and the harness finds it out when something is."""

import os
import time
from pathlib import Path

import pytest

from tests.chaos.checker import shown
from tests.chaos.product import COPIES, NO_OUTBOX, Copy, copy_product
from tests.chaos.run import Report, run

FAULTS = 60


@pytest.fixture
def seed() -> int:
    """Another one each time; `make chaos ARGS="--seed N"` draws the same faults again."""
    return int(os.environ.get("CHAOS_SEED", time.time_ns() % 1_000_000))


def told(report: Report, capsys: pytest.CaptureFixture[str]) -> str:
    """Print the figures, also when all is well."""
    with capsys.disabled():
        print("", *report.lines(), sep="\n  ")  # noqa: T201 - the figures of the run
    return "\n".join([*report.lines(), shown(report.verdict), *report.unexpected])


@pytest.mark.alone
@pytest.mark.timeout(420)
def test_nothing_is_lost_or_doubled_whatever_is_killed(
    tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run(tmp_path, "postgresql", faults=FAULTS, seed=seed)
    said = told(report, capsys)
    assert report.faultless, said
    assert len(report.verdict.waits) > 20, f"too little happened to prove anything: {said}"


@pytest.mark.alone
@pytest.mark.timeout(420)
def test_a_copy_without_the_outbox_is_found_out(tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    report = run(tmp_path, "postgresql", faults=12, seed=seed, copy=NO_OUTBOX)
    said = told(report, capsys)
    assert any("no mail to" in lost for lost in report.verdict.lost), said


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_the_patches_still_fit_the_product(copy: Copy, tmp_path: Path) -> None:
    copy_product(tmp_path, copy.patches)
