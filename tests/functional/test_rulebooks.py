"""Policy and calendar by the API: for administrators alone, every mistake at once, looked at ahead, put in force."""

from tests.build.rule_files import calendar_with, policy_text
from tests.worlds.http import World

PLAN = calendar_with(2027, "2027-01-01, 2027-01-02, 2027-01-03")


def test_a_policy_is_checked_looked_at_and_put_in_force(world_on_each: World) -> None:
    world = world_on_each
    admin, finding = world["admin"], world.notified()
    wrong = policy_text(("review = 2 ", "review = 0 "), ("notify = [", "notfy = ["))
    places = [one["place"] for one in admin.post("/policies/checks", {"text": wrong}, expect=200)["mistakes"]]
    assert {"clocks.review", "hears.all.notfy"} <= set(places)
    problem = admin.post("/policies", {"text": wrong}, expect=422)
    assert "clocks.review：须为 1 至 1000 的整数" in problem["errors"]["text"][0]
    quick = policy_text(("receipt = 1 ", "receipt = 3 "))
    assert admin.post("/policies/checks", {"text": quick}, expect=200)["mistakes"] == []
    body = {"text": quick, "round_id": world.ids.round_id}
    ahead = admin.post("/policies/previews", body, expect=200)
    assert [one["number"] for one in ahead["changed"]] == [finding["number"]]
    assert ahead["changed"][0]["before"]["next_step"]["move"] == "deem_received"
    done = admin.post("/policies", {**body, "move_open": True, "reason": "高校放假"}, expect=201)
    assert (done["moved"], len(done["rounds"])) == (1, 1)
    assert world.finding(finding["id"])["policy_version"] == done["version"]
    shown = admin.get("/policies/in-force", round_id=world.ids.round_id)
    assert shown["version"] == "minghe/1"
    assert any("3个工作日内未签收" in line for line in shown["explanation"])


def test_next_year_s_plan_is_checked_looked_at_and_put_in_force(world_on_each: World) -> None:
    admin = world_on_each["admin"]
    wrong = PLAN.replace("2027-01-02", "2026-01-02")
    (mistake,) = admin.post("/api/v1/calendar/checks", {"text": wrong}, expect=200)["mistakes"]
    assert (mistake["place"], mistake["line"] is None) == ("years.2027.off", False)
    assert "请写到 years.2026" in admin.post("/calendar", {"text": wrong}, expect=422)["errors"]["text"][0]
    ahead = admin.post("/api/v1/calendar/previews", {"text": PLAN}, expect=200)
    assert (ahead["new_years"], ahead["off"], ahead["worked"]) == ([2027], ["2027-01-01"], [])
    assert admin.get("/calendar", year="2027")["years"] == []
    assert admin.post("/calendar", {"text": PLAN, "reason": "已公布"}, expect=201) == ahead
    (plan,) = admin.get("/calendar", year="2027")["years"]
    assert plan["off"] == ["2027-01-01", "2027-01-02", "2027-01-03"]


def test_a_round_that_does_not_exist_is_refused(world: World) -> None:
    body = {"text": policy_text(), "round_id": world.ids.university_id}
    for path in ("/policies", "/policies/previews"):
        assert list(world["admin"].post(path, body, expect=422)["errors"]) == ["round_id"]
