"""Weekly reports: what somebody owes, and handing it in."""

from typing import Any

from tests.fakes.client import Json
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, UNIVERSITY

WORDS = {
    "self_check": "对照附件1逐项自查，已落实66项。",
    "difficulties": [{"text": "备用设备采购经费未到位", "category": "考务管理"}],
    "plan": "下周完成联调测试。",
}


def owed(world: World, who: str = "university", week: int = 3, **wanted: Any) -> Json:
    """The only report of that week that somebody owes."""
    own = world.ids.organization_ids[DISTRICT if who == "district" else UNIVERSITY]
    (report,) = world[who].items("/reports", week=week, organization_id=own, **wanted)
    return report


def hand_in(world: World, who: str = "university", week: int = 3, *, expect: int = 201, **words: Any) -> Json:
    report = owed(world, who, week)
    return world[who].post(f"/reports/{report['id']}/submissions", {"words": {**WORDS, **words}}, expect=expect)
