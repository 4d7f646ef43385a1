"""What the tests of pages look at: findings at each step, with names as long as real ones are."""

from tests.worlds.http import MINUTE, World, local
from tests.worlds.people import NEIGHBOUR, UNIVERSITY

LONG = "综合楼三层东侧第二标准化考点考务办公室与保密室之间的走廊视频监控存在盲区，且存储时长不足九十天，录像无法回放"


def furnish(world: World) -> None:
    """Let the office have something of everything that pages show."""
    world.logged(
        summary=LONG, location="综合楼三层东侧走廊尽头（原教务处档案室对面）", details="现场查看录像，缺三天。"
    )
    world.clock.at += MINUTE
    for house in (UNIVERSITY, NEIGHBOUR):  # a common problem
        world.logged(organization_id=world.ids.organization_ids[house], checklist_item_id=world.ids.checklist_item_id)
    for name in ("明河区各高校尚未整改到位的重大问题（含上报领导小组的，按期限先后）", "待下发"):
        world["inspector"].post("/me/finding-filters", {"name": name, "query": f"q={name}"})
    world.clock.at += MINUTE
    world.notified(summary="身份验证设备未按要求配备", severity="major")
    world.rectifying(summary="保密室钥匙由一人保管")
    world.submitted(summary="广播室音量过低")
    asked = world.rectifying(summary="试卷流转记录有涂改", deadline=local(4, 20))
    body = {"deadline": local(4, 22).isoformat(), "reason": "设备采购需要招标"}
    world["university"].post(f"/findings/{asked['id']}/extensions", body)
    world.clock.at += MINUTE
