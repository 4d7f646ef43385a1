"""Policy and calendar by pages: in words and months; another one is looked at before it is in force."""

from service.rounds.rulebooks import text_of_calendar
from tests.fakes.browser import Browser
from tests.worlds.http import World
from workflows.policy import shipped_policy_text


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_another_policy_is_looked_at_and_then_in_force(world_on_each: World) -> None:
    world, admin = world_on_each, browser_of(world_on_each, "admin")
    number = world.notified()["number"]
    at = "/settings/policy"
    assert "签收" in admin.get(at).text
    changed = shipped_policy_text().replace("receipt = 1", "receipt = 3", 1)
    assert changed != shipped_policy_text()
    page = admin.send(at, {"text": changed, "step": "look"}, expect=200)
    assert "启用后会改变什么" in page.text
    assert "在办问题 1 个" in page.text
    del number
    use = {**page.filled_in(at), "step": "use"}
    page = admin.send(at, {**use, "text": changed, "move_open": "true", "reason": "放宽签收"})
    assert "3个工作日" in page.text
    page = admin.send(at, {**use, "text": changed.replace("receipt = 3", "receipt = 2", 1)}, expect=409)
    assert "他人改过" in page.text  # the page was made before
    admin.send(at, {**page.filled_in(at), "step": "use"})


def test_every_mistake_of_a_policy_is_told_and_nothing_is_in_force(world: World) -> None:
    admin = browser_of(world, "admin")
    before = world["admin"].get("/policies/in-force")["version"]
    page = admin.send("/settings/policy", {"text": "version = 3", "step": "use"}, expect=422)
    assert "需要改正" in page.text
    assert "version = 3" in page.answer.get_data(as_text=True)
    assert world["admin"].get("/policies/in-force")["version"] == before


def test_a_round_that_is_none_has_no_policy(world_on_each: World) -> None:
    browser_of(world_on_each, "admin").get("/settings/policy?round_id=x", expect=404)


def test_the_calendar_shows_holidays_and_says_which_year_is_missing(world: World) -> None:
    admin = browser_of(world, "admin")
    page = admin.get("/settings/calendar?year=2021")
    assert "2021-10-01 放假" in page.answer.get_data(as_text=True)
    assert "2021-09-18 调休上班" in page.answer.get_data(as_text=True)
    far = admin.get("/settings/calendar?year=2099")
    assert "2099" in far.text
    admin.get("/settings/calendar?year=nonsense")


def test_another_calendar_is_looked_at_and_then_in_force(world: World) -> None:
    admin, at = browser_of(world, "admin"), "/settings/calendar"
    with world.session() as session:
        text = text_of_calendar(session)
    changed = text.replace('opens = "09:00"', 'opens = "08:30"', 1).replace("opens = 09:00", "opens = 08:30", 1)
    assert changed != text
    page = admin.send(at, {"text": changed, "step": "look"}, expect=200)
    assert "工作时间 有变化" in page.text
    use = {**page.filled_in(at), "step": "use"}
    page = admin.send(at, {**use, "text": changed})
    assert "08:30" in page.text
    admin.send(at, {**use, "text": changed})  # sent twice
    page = admin.send(at, {**use, "text": changed.replace("08:30", "08:00", 1)}, expect=409)
    assert "他人改过" in page.text
    assert "08:00" in admin.send(at, {**page.filled_in(at), "step": "use"}).text
