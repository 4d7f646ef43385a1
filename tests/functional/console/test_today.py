"""Today: what waits for whom, and what one was told."""

import pytest

from service.records.journal import NewEntry, record_entries
from service.records.recipients import Recipient
from tests.fakes.browser import Browser
from tests.functional.console.test_inspections import opened
from tests.worlds.http import MINUTE, World, local
from tests.worlds.people import PEOPLE
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_each_finds_what_waits_for_him_and_nothing_else(world: World) -> None:
    number = world.notified()["number"]
    unit = browser_of(world, "university").get("/")
    assert "等您签收" in unit.text
    assert number in unit.text
    assert "等您复查" not in browser_of(world, "inspector").get("/").text
    assert number not in browser_of(world, "neighbour").get("/").text
    world.go(local(4, 26))
    leader = browser_of(world, "leadership").get("/")
    assert "红灯" in leader.text
    assert number in leader.text


def test_a_unit_reads_first_what_came_back_what_is_missing_and_until_when(world: World) -> None:
    submission = world.submitted()
    at = f"/findings/{submission['finding_id']}"
    unit = browser_of(world, "university")
    assert "退回" not in unit.get("/").text
    world["inspector"].post(
        f"{at}/reviews", {"outcome": "partial", "comment": "大部分到位", "remaining": "二楼尚缺 4 间"}
    )
    page = unit.get("/")
    first = page.text.partition("退回：复查未通过")[2]
    deadline = world.finding(submission["finding_id"])["deadline"]
    assert "部分完成：二楼尚缺 4 间" in first
    assert f"{int(deadline[5:7])}月{int(deadline[8:10])}日" in first
    assert "查看全部待提交的问题" in first, "the list holds more than what came back"
    assert "等您整改" not in page.text, "it stands there once"
    assert "退回" not in browser_of(world, "district").get("/").text
    world.clock.at += MINUTE
    world.submit(submission["finding_id"])
    assert "退回" not in unit.get("/").text


def test_what_others_have_to_do_hides_nothing_that_waits_for_oneself(world: World) -> None:
    for _ in range(12):
        world.rectifying()
        world.clock.at += MINUTE
    mine = world.notified(deadline=local(4, 28))
    page = browser_of(world, "university").get("/")
    assert "等您签收" in page.text
    assert mine["number"] in page.text
    id_ = world.rectifying()["id"]
    world["university"].post(f"/findings/{id_}/extensions", {"deadline": local(4, 27).isoformat(), "reason": "缺料"})
    assert "延期申请" in browser_of(world, "team_head").get("/").text


def test_every_group_leads_to_the_list_that_it_is_a_part_of(world: World) -> None:
    world.submitted()
    world.logged()
    browser = browser_of(world, "inspector")
    page = browser.get("/")
    lists = [link for link in page.links() if link.startswith("/findings?")]
    assert len(lists) == 2
    for link in lists:
        browser.get(link)


def test_alerts_are_acknowledged_one_by_one_and_all_that_the_page_shows(world: World) -> None:
    world.notified()
    world.clock.at += MINUTE
    world.notified()
    browser = browser_of(world, "university")
    page = browser.get("/alerts")
    one = next(
        action for action in page.forms() if action.endswith("/acknowledgement") and action != "/alerts/acknowledgement"
    )
    browser.send(one)
    assert len(world["university"].items("/alerts", unacknowledged="true")) == 1
    browser.send("/alerts/acknowledgement", browser.get("/alerts").filled_in("/alerts/acknowledgement"))
    assert world["university"].items("/alerts", unacknowledged="true") == []


def test_an_alert_that_is_none_is_found_nowhere(world_on_each: World) -> None:
    for made_up in ("nonsense", "7e570000-0000-4000-8000-000000000000", "\0"):
        browser_of(world_on_each, "university").send("/alerts/acknowledgement", {"alert_id": made_up}, expect=404)


@pytest.mark.parametrize("who", list(PEOPLE))
def test_every_role_has_its_pages_in_both_languages(world: World, who: str) -> None:
    browser = browser_of(world, who)
    for language in ("zh", "en"):
        browser.send("/language?next=/help", {"language": language})
        opened: set[str] = set()
        for address in ("/", "/findings", "/alerts", "/settings", "/settings/password", "/help"):
            page = browser.get(address)
            assert page.root.get("lang", "").startswith(language)
            opened |= {link for link in page.links() if link.startswith("/") and "?" not in link}
        for link in sorted(opened):
            browser.get(link)


def test_whatever_one_is_told_leads_to_a_page_that_one_may_open(weekly: World) -> None:
    world = weekly
    world.logged(severity="major")
    world["team_head"].post(f"{opened(world)}/closing", {"summary": "总体到位"}, expect=200)
    world.go(local(4, 20))
    with world.session() as session:
        house = world.ids.university_id
        told = [Recipient(world.ids.person_ids[who], Role(who)) for who in ("admin", "bureau", "leadership")]
        unreached = NewEntry(
            subject_kind=SubjectKind.ORGANIZATION,
            subject_id=house,
            organization_id=house,
            act=JournalAct.CHANGE,
            step="unreached",
            people=told,
        )
        record_entries(session, [unreached], now=world.clock.at)
        session.commit()
    reached: dict[str, set[str]] = {}
    for who in ("university", "district", "leader", "leadership", "bureau", "admin"):
        browser = browser_of(world, who)
        rows = browser.get("/alerts").within("row-item")
        for link in rows:
            browser.get(link)
        reached[who] = {link.split("/")[1].partition("?")[0] for link in rows}
    assert reached == {
        "university": {"findings", "inspections", "reports"},
        "district": {"inspections", "reports"},
        "leader": {"findings", "inspections", "reports"},
        "leadership": {"findings", "reports"},
        "bureau": set(),
        "admin": {"settings"},
    }
