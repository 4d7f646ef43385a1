"""What pages cost: so many statements at most, and no more of them with more of what they show."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.reports.plan import plan_due
from tests.fakes.asked import statements
from tests.fakes.browser import Browser
from tests.functional.test_cost import BEGINS, UNITS, busy
from tests.worlds.http import MINUTE, Ids, World, open_world

MOST = {  # statements of a page, its transaction and frame included, by who opens it and where
    ("inspector", "/"): 40,
    ("university", "/"): 42,
    ("leadership", "/"): 36,
    ("inspector", "/findings"): 11,
    ("inspector", "FINDING"): 12,
    ("leader", "FINDING/accountability"): 22,
    ("university", "/findings/new"): 8,
    ("leadership", "/overview"): 24,
    ("leadership", "/common-problems"): 9,
    ("leadership", "/accountability"): 13,
    ("inspector", "/alerts"): 7,
    ("inspector", "/documents"): 4,
    ("district", "/reports"): 14,
    ("inspector", "/inspections"): 10,
    ("district", "/campaigns"): 5,
    ("leadership", "/readiness"): 11,
    ("admin", "/settings/people"): 5,
    ("admin", "/settings/organizations"): 4,
    ("admin", "/settings/rounds"): 4,
    ("inspector", "/findings/filters"): 4,
}


@dataclass(frozen=True, slots=True)
class Cost:
    """The statements of a page with little to show, and with much."""

    few: list[str]
    many: list[str]


@pytest.fixture(scope="module")
def costs(seeded: tuple[Path, Ids], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], Cost]]:
    """Every page once with one of everything, and once with several."""
    file, ids = seeded
    folder = tmp_path_factory.mktemp("costs")
    world = open_world(f"sqlite:///{shutil.copy(file, folder / 'duban.db')}", folder, ids=ids)
    with world.session() as session:
        plan_due(session, now=world.clock.at)
        session.commit()
    for turn, unit in enumerate(UNITS):
        add(world, unit, turn)
    (*_, first) = world["inspector"].items("/findings", awaiting_review="true")
    finding = f"/findings/{first['id']}"  # of the first unit
    few = {page: asked(world, *page, finding) for page in MOST}
    for turn, unit in enumerate(UNITS, len(UNITS)):
        add(world, unit, turn)
    add_to(world, finding)
    yield {page: Cost(few[page], asked(world, *page, finding)) for page in MOST}
    world.engine.dispose()


def add(world: World, unit: str, turn: int) -> None:
    """One more of everything around a unit."""
    busy(world, unit)
    world.clock.at += MINUTE
    house = world.ids.organization_ids[UNITS[unit][0]]
    world[UNITS[unit][1]].post("/inspections", {"organization_id": house})
    action = {"acted_on": "2021-04-09", "lead_department": "公安局", "summary": "联合检查"}
    world["district"].post("/campaigns/cheating_devices/actions", action)
    world["inspector"].post("/me/finding-filters", {"name": f"第{turn}个", "query": "state=found"})
    (notice, *_) = world["inspector"].items("/rectification-notices", limit=200)
    world["inspector"].post("/documents", {"kind": "rectification_notice", "subject_id": notice["id"]})
    world.logged(UNITS[unit][1], checklist_item_id=world.ids.checklist_item_id, organization_id=house)
    person = {"username": f"neu{turn}", "name": f"新人{turn}", "role": "university", "organization_id": house}
    world["admin"].post("/people", person)


def add_to(world: World, finding: str) -> None:
    """More of what the page of one finding shows: submissions, reviews and opinions."""
    for _ in range(3):
        world["inspector"].post(f"{finding}/reviews", {"outcome": "fail", "comment": "仍不到位"})
        world["leadership"].post(f"{finding}/handling-opinions", {"measure": "circular", "opinion": "通报"})
        body = {"measures": "再次整改", "evidence_ids": [world["university"].upload()["id"]]}
        world["university"].post(f"{finding}/submissions", body)


def asked(world: World, who: str, page: str, finding: str) -> list[str]:
    browser, path = Browser(world.app).signed_in(world.tokens[who]), page.replace("FINDING", finding)
    browser.get(path)
    with statements(world.engine) as found:
        browser.get(path)
    return [one for one in found if not one.startswith(BEGINS)]


@pytest.mark.parametrize("page", list(MOST), ids=" ".join)
def test_a_page_costs_the_same_however_much_it_shows(costs: dict[tuple[str, str], Cost], page: tuple[str, str]) -> None:
    cost = costs[page]
    assert len(cost.many) == len(cost.few) <= MOST[page], "\n".join(cost.many)
