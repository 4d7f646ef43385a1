"""What a page costs: the number of statements does not grow with the number of findings."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from tests.functional.conftest import DEADLINE, Stage
from tests.worlds.cast import NEIGHBOUR, OTHER_UNIVERSITY, UNIVERSITY, local

MOST = 16  # statements of a page, its transaction and the caller's token included


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def cost(stage: Stage, path: str, who: str = "leadership") -> list[str]:
    stage.clients.clear()
    with statements(stage.engine) as asked:
        stage[who].get(path, limit=50)
    return asked


UNITS = {
    "university": (UNIVERSITY, "inspector", "bureau"),
    "neighbour": (NEIGHBOUR, "team_head", "committee"),
    "other_university": (OTHER_UNIVERSITY, "other_inspector", "bureau"),
}


def busy(stage: Stage, *units: str) -> None:
    """Findings with everything that a page shows, each of other people: evidence, extensions, opinions, replies."""
    for unit in units:
        name, overseer, above = UNITS[unit]
        finding = stage.logged(overseer, organization_id=stage.cast.organization_ids[name])
        path = f"/findings/{finding['id']}"
        notice = {"requirement": "整改", "deadline": DEADLINE.isoformat()}
        stage[overseer].move(f"{path}/notification", notice)
        body = {"measures": "已整改", "evidence_ids": [stage[unit].upload()["id"]]}
        stage[unit].post(f"{path}/submissions", body)
        stage[overseer].post(f"{path}/reviews", {"outcome": "fail", "comment": "整改不到位"})
        stage[unit].post(f"{path}/extensions", {"deadline": local(4, 28).isoformat(), "reason": "设备未到货"})
        stage[overseer].move(f"{path}/refusal", {"reason": "拒不整改"})
        opinion = stage["leadership"].post(f"{path}/handling-opinions", {"measure": "talk", "opinion": "约谈"})
        stage[above].post(f"/handling-opinions/{opinion['id']}/replies", {"text": "同意"})
        stage[unit].post(f"{path}/submissions", body)


def test_a_page_of_findings_costs_the_same_for_one_unit_as_for_many(stage_on_each: Stage) -> None:
    stage = stage_on_each
    busy(stage, "university")
    one = cost(stage, "/findings")
    busy(stage, *UNITS, *UNITS)
    many = cost(stage, "/findings")
    assert len(many) == len(one), "\n".join(many)
    assert len(many) <= MOST, "\n".join(many)


def test_alerts_events_and_notices_cost_the_same_however_many_they_are(stage: Stage) -> None:
    busy(stage, "university")
    paths = ("/alerts", "/events", "/rectification-notices", "/organizations", "/teams")
    few = {path: len(cost(stage, path)) for path in paths}
    busy(stage, *UNITS, *UNITS)
    assert {path: len(cost(stage, path)) for path in paths} == few


def inspect(stage: Stage, *units: str) -> None:
    """A closed sheet about each unit, with a finding, evidence and a notice, by its own inspectors."""
    for unit in units:
        name, inspector, _ = UNITS[unit]
        sheet = stage[inspector].post("/inspections", {"organization_id": stage.cast.organization_ids[name]})
        photo = stage[inspector].upload()["id"]
        item = {
            "item_id": stage.cast.checklist_item_id,
            "answer": "not_in_place",
            "version": 0,
            "evidence_ids": [photo],
        }
        stage[inspector].post(f"/inspections/{sheet['id']}/answers", {"answers": [item]}, expect=200)
        stage[inspector].post(f"/inspections/{sheet['id']}/closing", {"deadline": DEADLINE.isoformat()}, expect=200)


def test_a_page_of_sheets_costs_the_same_for_one_as_for_many(stage_on_each: Stage) -> None:
    stage = stage_on_each
    inspect(stage, "university")
    one = cost(stage, "/inspections")
    inspect(stage, *UNITS, *UNITS)
    many = cost(stage, "/inspections")
    assert len(many) == len(one), "\n".join(many)
    assert len(many) <= MOST, "\n".join(many)
