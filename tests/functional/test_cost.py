"""What a call costs: so many statements at most, and no more of them with more findings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.fakes.asked import statements
from tests.worlds.http import DEADLINE, World, local, open_world
from tests.worlds.people import NEIGHBOUR, OTHER_UNIVERSITY, UNIVERSITY

MOST = 16  # statements of a page of sheets, its transaction and the caller's token included
MOST_OF_LIST = 5  # of a page of findings, whatever has become of them
BEGINS = ("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")  # what SQLite is told around a transaction


def asked_by(world: World, who: str, method: str, path: str, body: dict[str, Any]) -> list[str]:
    """What a call that writes asks, with the statement that begins its transaction."""
    world[who].get("/me")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(world.engine, "before_cursor_execute", note)
    response = world[who].call(method, path, json=body)
    event.remove(world.engine, "before_cursor_execute", note)
    assert response.status_code < 300, response.get_json()
    return [statement for statement in asked if not statement.startswith(BEGINS)]


def cost(world: World, path: str, who: str = "leadership") -> list[str]:
    world[who].get("/me")  # notes that the token is used: the next call does not
    with statements(world.engine) as asked:
        world[who].get(path, limit=50)
    return asked


UNITS = {
    "university": (UNIVERSITY, "inspector", "bureau"),
    "neighbour": (NEIGHBOUR, "team_head", "committee"),
    "other_university": (OTHER_UNIVERSITY, "other_inspector", "bureau"),
}


def busy(world: World, *units: str) -> None:
    """Findings with everything that a page shows, each of other people: evidence, extensions, opinions, replies."""
    for unit in units:
        name, overseer, above = UNITS[unit]
        finding = world.logged(overseer, organization_id=world.ids.organization_ids[name])
        path = f"/findings/{finding['id']}"
        notice = {"requirement": "整改", "deadline": DEADLINE.isoformat()}
        world[overseer].move(f"{path}/notification", notice)
        body = {"measures": "已整改", "evidence_ids": [world[unit].upload()["id"]]}
        world[unit].post(f"{path}/submissions", body)
        world[overseer].post(f"{path}/reviews", {"outcome": "fail", "comment": "整改不到位"})
        world[unit].post(f"{path}/extensions", {"deadline": local(4, 28).isoformat(), "reason": "设备未到货"})
        world[overseer].move(f"{path}/refusal", {"reason": "拒不整改"})
        opinion = world["leadership"].post(f"{path}/handling-opinions", {"measure": "talk", "opinion": "约谈"})
        world[above].post(f"/handling-opinions/{opinion['id']}/replies", {"text": "同意"})
        world[unit].post(f"{path}/submissions", body)


def test_a_page_of_findings_costs_the_same_for_one_unit_as_for_many(world_on_each: World) -> None:
    world = world_on_each
    busy(world, "university")
    one = cost(world, "/findings")
    busy(world, *UNITS, *UNITS)
    many = cost(world, "/findings")
    assert len(many) == len(one), "\n".join(many)
    assert len([each for each in many if not each.startswith(BEGINS)]) <= MOST_OF_LIST, "\n".join(many)


@pytest.fixture
def office(postgresql_url: str, tmp_path: Path) -> Iterator[World]:
    world = open_world(postgresql_url, tmp_path)
    yield world
    world.engine.dispose()


def test_a_call_costs_no_more_statements_than_its_work(office: World) -> None:
    """On PostgreSQL, each with people who hear of it: a major finding, its notice, its submission and its review."""
    body = {"organization_id": office.ids.university_id, "summary": "考场监控有盲区", "severity": "major"}
    office.notified()  # policy and calendar are read once in a process, the notices of an older series once in a year
    asked = {"log": asked_by(office, "inspector", "POST", "/findings", body)}
    path = f"/findings/{office['inspector'].get('/findings')['items'][0]['id']}"
    notice = {"requirement": "整改", "deadline": DEADLINE.isoformat()}
    asked["notify"] = asked_by(office, "inspector", "POST", f"{path}/notification", notice)
    done = {"measures": "已整改", "evidence_ids": [office["university"].upload()["id"]]}
    asked["submit"] = asked_by(office, "university", "POST", f"{path}/submissions", done)
    reviewed = {"outcome": "fail", "comment": "整改不到位"}
    asked["review"] = asked_by(office, "inspector", "POST", f"{path}/reviews", reviewed)
    for name, most in {"log": 8, "notify": 10, "submit": 10, "review": 10}.items():
        assert len(asked[name]) <= most, "\n\n".join(asked[name])


def test_who_calls_is_asked_in_one_statement(world_on_each: World) -> None:
    world_on_each["inspector"].get("/me")
    with statements(world_on_each.engine) as asked:
        world_on_each["inspector"].get("/me")
    asked = [one for one in asked if not one.startswith(BEGINS)]
    assert len(asked) == 1, "\n".join(asked)  # of whom has further posts, one more: their organizations' names
    assert "tokens" in asked[0]


def test_alerts_events_and_notices_cost_the_same_however_many_they_are(world: World) -> None:
    busy(world, "university")
    paths = ("/alerts", "/events", "/rectification-notices", "/organizations", "/teams")
    few = {path: len(cost(world, path)) for path in paths}
    busy(world, *UNITS, *UNITS)
    assert {path: len(cost(world, path)) for path in paths} == few


def inspect(world: World, *units: str) -> None:
    """A closed sheet about each unit, with a finding, evidence and a notice, by its own inspectors."""
    for unit in units:
        name, inspector, _ = UNITS[unit]
        sheet = world[inspector].post("/inspections", {"organization_id": world.ids.organization_ids[name]})
        photo = world[inspector].upload()["id"]
        item = {
            "item_id": world.ids.checklist_item_id,
            "answer": "not_in_place",
            "version": 0,
            "evidence_ids": [photo],
        }
        world[inspector].post(f"/inspections/{sheet['id']}/answers", {"answers": [item]}, expect=200)
        world[inspector].post(f"/inspections/{sheet['id']}/closing", {"deadline": DEADLINE.isoformat()}, expect=200)


def test_a_page_of_sheets_costs_the_same_for_one_as_for_many(world_on_each: World) -> None:
    world = world_on_each
    inspect(world, "university")
    one = cost(world, "/inspections")
    inspect(world, *UNITS, *UNITS)
    many = cost(world, "/inspections")
    assert len(many) == len(one), "\n".join(many)
    assert len(many) <= MOST, "\n".join(many)
