"""Leaders by pages alone: told, briefed, an opinion looked at as a paper and sent, and read and answered above."""

import re

from service.models import Person
from tests.fakes.browser import Browser
from tests.worlds.http import MINUTE, World, local
from tests.worlds.people import CENTRE, DISTRICT, NEIGHBOUR, UNIVERSITY
from workflows.vocabulary import Role


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def escalated(world: World) -> str:
    """A finding that nobody put right, before the leadership team."""
    id_ = str(world.rectifying(summary="监控有盲区", severity="major")["id"])
    world.go(local(4, 26, 9))
    return id_


def test_a_leader_reads_acknowledges_and_is_briefed_on_one_page(world: World) -> None:
    id_ = escalated(world)
    leader = browser_of(world, "leader")
    today = leader.get("/")
    assert f"/findings/{id_}" in today.links()
    page = leader.get(f"/findings/{id_}")
    assert "条提醒等您确认知悉" in page.text
    assert "逾期 2 个工作日" in page.text
    world.clock.at += MINUTE
    page = leader.send(f"/findings/{id_}/acknowledgement")
    assert "等您确认知悉" not in page.text
    brief = leader.get(f"/findings/{id_}/brief")
    for words in ("监控有盲区", "尚未提交整改反馈", "逾期 2 个工作日", "确认知悉"):
        assert words in brief.text
    browser_of(world, "neighbour").get(f"/findings/{id_}/brief", expect=404)


def test_the_leadership_team_looks_at_the_paper_before_it_sends_the_opinion(world: World) -> None:
    id_ = escalated(world)
    at, leadership = f"/findings/{id_}/handling-opinions", browser_of(world, "leadership")
    page = leadership.get("/")
    assert "等待" in page.text  # since when
    page = leadership.get(f"/findings/{id_}")
    typed = {**page.filled_in(at), "measure": "supervised", "opinion": "挂牌督办，限期三日"}
    world.clock.at += MINUTE
    before = world.finding(id_, "leadership")
    looked_at = leadership.send(at, {**typed, "preview": "1"}, expect=200)
    assert "预览，尚未提交" in looked_at.text
    assert "挂牌督办 挂牌督办，限期三日。" in looked_at.text.replace("\u3000", " ")
    assert world.finding(id_, "leadership") == before
    again = looked_at.filled_in(at)
    assert (again["measure"], again["opinion"].strip()) == ("supervised", "挂牌督办，限期三日")
    leadership.send(at, {**again, "preview": "1", "opinion": " "}, expect=422)
    leadership.send(at, again)
    assert world.finding(id_, "leadership")["escalation_level"] == 2


def test_the_bureau_reads_what_was_reported_and_replies(world: World) -> None:
    id_ = escalated(world)
    world.clock.at += MINUTE
    world["leadership"].post(f"/findings/{id_}/handling-opinions", {"measure": "talk", "opinion": "约谈主要负责人"})
    world.clock.at += MINUTE
    bureau, at = browser_of(world, "bureau"), f"/findings/{id_}/replies"
    today = bureau.get("/")
    assert f"/findings/{id_}" in today.links()
    assert "等您批复" in today.text
    page = bureau.get(f"/findings/{id_}")
    assert "约谈主要负责人" in page.text
    assert page.within("jump") == {"#acts"}
    brief = bureau.get(f"/findings/{id_}/brief")
    for told in (page.text, brief.text):  # which bodies heard and when, and of persons none who was only told
        assert re.search("告知：明河市招生考试中心 督查组成员、.*包干责任领导.*；明河市教育局 市教育局 ；", told)
        assert "赵青" not in told
    assert "尚未提交整改反馈" not in brief.text, "what those above are not shown is not said to be missing"
    assert "只列上报至贵单位之后的提交和复查" in brief.text
    page = bureau.send(at, {**page.filled_in(at), "text": "同意，请于本周内报结果"})
    assert "同意，请于本周内报结果" in page.text
    assert "补充批复" in page.text
    assert not page.within("jump"), "nothing is asked of whoever has replied"
    assert "等您批复" not in bureau.get("/").text
    assert "同意，请于本周内报结果" in browser_of(world, "leader").get(f"/findings/{id_}").text
    assert "约谈主要负责人" not in browser_of(world, "university").get(f"/findings/{id_}").text


def test_who_was_told_stays_as_it_was_when_people_have_moved_since(world: World) -> None:
    id_ = escalated(world)
    world.clock.at += MINUTE
    world["leadership"].post(f"/findings/{id_}/handling-opinions", {"measure": "talk", "opinion": "约谈主要负责人"})
    world.submit(id_)
    world.clock.at += MINUTE
    world["inspector"].post(f"/findings/{id_}/reviews", {"outcome": "fail", "comment": "仍有盲区"})
    failed, submitted, opined = told_in(world, id_)
    assert failed == f"告知：{CENTRE} 包干责任领导；{UNIVERSITY} 高校；{DISTRICT} 区县招考机构"
    assert submitted == f"告知：{CENTRE} 督查组成员、督查组组长"
    assert f"{CENTRE} 督查组成员" in opined
    assert f"{DISTRICT} 区县招考机构" in opined
    with world.session() as session:
        for who, role, place in (
            ("inspector", Role.UNIVERSITY, NEIGHBOUR),
            ("district", Role.INSPECTOR, CENTRE),
            ("university", Role.UNIVERSITY, NEIGHBOUR),
        ):
            person = session.get_one(Person, world.ids.person_ids[who])
            person.role, person.organization_id = role, world.ids.organization_ids[place]
        session.commit()
    where_uncertain = f"告知：{CENTRE} 包干责任领导；{DISTRICT} 区县招考机构；高校"  # the unit or its person has moved
    assert told_in(world, id_) == [where_uncertain, submitted, opined]


def told_in(world: World, id_: str) -> list[str]:
    """Which bodies the bureau's brief says were told, event by event, the newest first."""
    brief = browser_of(world, "bureau").get(f"/findings/{id_}/brief")
    lines = (" ".join("".join(one.itertext()).split()) for one in brief.root.iter("p"))
    return [line for line in lines if "告知：" in line]
