"""What a page costs: the number of statements does not grow with the number of findings."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from tests.worlds.http import DEADLINE, World, local
from tests.worlds.people import NEIGHBOUR, OTHER_UNIVERSITY, UNIVERSITY

MOST = 16  # statements of a page, its transaction and the caller's token included


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "alembic_version" not in statement:  # asked every other second
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


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
    assert len(many) <= MOST, "\n".join(many)


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
