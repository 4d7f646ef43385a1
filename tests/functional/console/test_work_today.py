"""Today beside the findings: what waits for oneself, whatever waits for others."""

from uuid import uuid4

from sqlalchemy import select

from service.models import Inspection
from tests.functional.console.test_inspections import browser_of, opened
from tests.worlds.http import MINUTE, World
from workflows.vocabulary import Origin


def test_sheets_of_others_hide_none_that_waits_for_oneself(world_on_each: World) -> None:
    world = world_on_each
    number = world["team_head"].get(opened(world))["number"]
    with world.session() as session:
        mine = session.scalars(select(Inspection)).one()
        same = {column.key: getattr(mine, column.key) for column in Inspection.__mapper__.column_attrs}
        later = {"client_id": None, "origin": Origin.UNIT, "opened_at": world.clock.at + MINUTE}
        others = [{**same, **later, "id": str(uuid4()), "number": f"其他-{nth}"} for nth in range(51)]
        session.add_all([Inspection(**one) for one in others])
        session.commit()
    world.clock.at += MINUTE
    for who in ("inspector", "team_head"):
        page = browser_of(world, who).get("/")
        assert number in page.text
        assert "其他-" not in page.text
    assert "其他-" in browser_of(world, "university").get("/").text
    assert number not in browser_of(world, "district").get("/").text
