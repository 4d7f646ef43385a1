"""What an export of a whole ledger costs: seconds, and the memory of the process that writes it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from benchmarks.lines import Line
from benchmarks.run import Run
from benchmarks.seed import DEADLINE, fill, seed_round
from service.store.db import connect, sessions
from service.store.schema import upgrade

DETAILS = """
UPDATE findings SET details = repeat('三号楼二层东侧考场监控画面有盲区。', 6), requirement = repeat('立即更换。', 8)
"""
WRITING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from service.store.db import connect, reading, sessions
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder, write_ledger
from workflows.findings.facts import Actor
from workflows.vocabulary import Role

order = LedgerOrder(FindingFilter(), sheet_per_district=sys.argv[3] == "sheets")
actor = Actor(Role.LEADERSHIP, "x", "x", frozenset())
with sessions(reading(connect(sys.argv[1])))() as session, Path(sys.argv[2]).open("wb") as file:
    print(write_ledger(session, file, order, actor=actor, now=datetime(2026, 5, 20, 9, tzinfo=UTC)))
"""


def measure(run: Run) -> Iterator[Line]:
    """Seconds and megabytes (of memory at most, and of the file) for one sheet, and for one sheet per district."""
    url, rows = run.empty(), run.sizes.rows
    engine = connect(url)
    upgrade(url)
    with sessions(engine)() as session:
        seeded = seed_round(session)
    fill(engine, seeded, prefix="L", count=rows, next_action_at=DEADLINE)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(DETAILS))
    engine.dispose()
    for how in ("one", "sheets"):
        for name, figure in _written(url, rows, how).items():
            yield Line(f"ledger of {rows:,}, {name}", [figure])


def _written(url: str, rows: int, how: str) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.xlsx"
        began = time.perf_counter()
        writing = subprocess.Popen([sys.executable, "-c", WRITING, url, str(file), how], stdout=subprocess.PIPE)
        said = writing.stdout.read() if writing.stdout else b""
        _, status, usage = os.wait4(writing.pid, 0)
        took = time.perf_counter() - began
        assert (status, int(said)) == (0, rows)
        size = file.stat().st_size / 1e6
    return {f"{how}: seconds": took, f"{how}: peak MB": usage.ru_maxrss / 1024, f"{how}: file MB": size}
