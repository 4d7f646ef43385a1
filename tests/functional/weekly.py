"""Weekly reports on stage: what somebody owes, and handing it in."""

from typing import Any

from tests.fakes.client import Json
from tests.functional.conftest import Stage
from tests.worlds.cast import DISTRICT, UNIVERSITY

WORDS = {
    "self_check": "对照附件1逐项自查，已落实66项。",
    "difficulties": [{"text": "备用设备采购经费未到位", "category": "考务管理"}],
    "plan": "下周完成联调测试。",
}


def owed(stage: Stage, who: str = "university", week: int = 3, **wanted: Any) -> Json:
    """The only report of that week that somebody owes."""
    own = stage.cast.organization_ids[DISTRICT if who == "district" else UNIVERSITY]
    (report,) = stage[who].items("/reports", week=week, organization_id=own, **wanted)
    return report


def hand_in(stage: Stage, who: str = "university", week: int = 3, *, expect: int = 201, **words: Any) -> Json:
    report = owed(stage, who, week)
    return stage[who].post(f"/reports/{report['id']}/submissions", {"words": {**WORDS, **words}}, expect=expect)
