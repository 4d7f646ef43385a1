"""A ledger over HTTP: asked for with the list's filters, written by a worker, fetched by whoever asked for it."""

from typing import Any

from api.http.context import Resources
from api.schemas.documents import LedgerFilters
from api.schemas.findings import FindingQuery
from api.schemas.paging import PagingQuery
from service.documents.rendering import RenderTools, make_due
from tests.build.workbooks import Table, table
from tests.worlds.http import World
from tests.worlds.people import OTHER_UNIVERSITY, UNIVERSITY


def work_off(world: World) -> None:
    """What a worker does when documents wait."""
    resources: Resources = world.app.extensions["duban"]
    tools = RenderTools(resources.reading, resources.store, resources.papers, resources.settings.data_dir / "templates")
    make_due(resources.writing, tools, now=lambda _session: world.clock.at, within=60, stop=lambda: False)


def asked(world: World, who: str, **how: Any) -> str:
    document = world[who].post("/documents", {"kind": "ledger", **how})
    assert (document["kind"], document["status"]) == ("ledger", "queued")
    document_id: str = document["id"]
    return document_id


def fetched(world: World, who: str, document_id: str) -> Table:
    answer = world[who].call("GET", f"/documents/{document_id}/file", query_string={"format": "xlsx"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return table(answer.data)


def test_a_ledger_holds_what_its_requester_sees_and_is_for_the_requester_alone(world: World) -> None:
    world.notified()
    world.logged(severity="major", summary="保密柜无双锁")
    world.logged("other_inspector", organization_id=world.ids.organization_ids[OTHER_UNIVERSITY])
    mine = asked(world, "inspector", filters={"severity": "major"})
    assert world["inspector"].call("GET", f"/documents/{mine}/file?format=xlsx").status_code == 409
    theirs, whole = asked(world, "other_inspector"), asked(world, "leadership", language="en")
    work_off(world)
    assert world["inspector"].get(f"/documents/{mine}")["formats"] == ["xlsx"]
    found = fetched(world, "inspector", mine)
    assert found.column("问题") == ["保密柜无双锁"]
    assert "问题等级为“重大安全隐患”" in found.cover
    assert set(fetched(world, "other_inspector", theirs).column("责任单位")) == {OTHER_UNIVERSITY}
    assert set(fetched(world, "leadership", whole).column("Unit")) == {UNIVERSITY, OTHER_UNIVERSITY}
    for who in ("team_head", "leadership", "district", "university", "admin"):
        assert world[who].call("GET", f"/documents/{mine}").status_code == 404


def test_a_ledger_shows_findings_as_they_are_when_it_is_written(world: World) -> None:
    world.logged(summary="尚未通知单位")
    ledger = asked(world, "university")
    world.notified(summary="已经通知单位")
    work_off(world)
    assert fetched(world, "university", ledger).column("问题") == ["已经通知单位"]


def test_a_filter_of_a_ledger_takes_one_value_or_several(world: World) -> None:
    world.notified(summary="已经通知单位")
    world.logged(summary="尚未通知单位")
    one = asked(world, "inspector", filters={"state": "notified"})
    several = asked(world, "inspector", filters={"state": ["found", "notified"], "escalation_level": [0, 1]})
    work_off(world)
    assert fetched(world, "inspector", one).column("问题") == ["已经通知单位"]
    found = fetched(world, "inspector", several)
    assert sorted(found.column("问题")) == ["尚未通知单位", "已经通知单位"]
    assert "状态为“已发现、已通知”" in found.cover


def test_a_ledger_takes_the_filters_of_the_list() -> None:
    paging = {*PagingQuery().fields, "sort"}
    assert set(LedgerFilters().fields) == set(FindingQuery().fields) - paging
