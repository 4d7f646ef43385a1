"""Statements of a call on PostgreSQL, as the tests count them: these do not flicker."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.lines import Line
from benchmarks.run import Run
from service.store.schema import upgrade
from tests.fakes.asked import statements
from tests.functional.test_cost import BEGINS, asked_by, busy, cost
from tests.worlds.http import DEADLINE, World, open_world


def measure(run: Run) -> Iterator[Line]:
    """A major finding with people who hear of it, its notice, submission and review; a page of 50; the caller."""
    url = run.empty()
    upgrade(url)
    office = open_world(url, Path(run.environ(url)["DUBAN_DATA_DIR"]))
    for name, many, most in _counted(office):
        yield Line(f"{name}: statements", [many], most)
    office.engine.dispose()


def _counted(office: World) -> Iterator[tuple[str, int, int | None]]:
    office.notified()  # what is read once in a process, or once in a year
    body = {"organization_id": office.ids.university_id, "summary": "考场监控有盲区", "severity": "major"}
    yield "log", len(asked_by(office, "inspector", "POST", "/findings", body)), 8
    path = f"/findings/{office['inspector'].get('/findings')['items'][0]['id']}"
    notice = {"requirement": "整改", "deadline": DEADLINE.isoformat()}
    yield "notify", len(asked_by(office, "inspector", "POST", f"{path}/notification", notice)), 10
    done = {"measures": "已整改", "evidence_ids": [office["university"].upload()["id"]]}
    yield "submit", len(asked_by(office, "university", "POST", f"{path}/submissions", done)), 10
    reviewed = {"outcome": "fail", "comment": "整改不到位"}
    yield "review", len(asked_by(office, "inspector", "POST", f"{path}/reviews", reviewed)), 10
    busy(office, "university")
    yield "list of 50", _without_beginning(cost(office, "/findings")), 5
    office["inspector"].get("/me")
    with statements(office.engine) as me:
        office["inspector"].get("/me")
    yield "authorize", len([one for one in me if "tokens" in one]), 1
    yield "/me", _without_beginning(me), None


def _without_beginning(asked: list[str]) -> int:
    return len([one for one in asked if not one.startswith(BEGINS)])
