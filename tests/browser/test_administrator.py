"""An administrator's story: somebody is added and invited, signs in with the code, and sees what there is to do."""

from http.cookies import SimpleCookie

from tests.browser.geometry import lies_badly
from tests.browser.stage import PHONE, Stage


def test_an_administrator_adds_somebody_who_signs_in_with_the_invitation(stage: Stage) -> None:
    admin = stage.seat("admin")
    page = admin.open("/settings/people")
    page.get_by_role("link", name="新增人员").click()
    page.get_by_label("用户名").fill("lin.xia")
    page.get_by_label("姓名").fill("林夏")
    page.get_by_label("职务").select_option("inspector")
    page.get_by_role("button", name="新增人员").click()
    page.get_by_text("邀请登录", exact=True).first.click()
    page.locator("#person-invitation button").click()
    code = page.locator("code.secret").first.inner_text()

    newcomer = stage.seat(None, size=PHONE)
    page = newcomer.open("/invitation")
    page.locator("#token").fill(code)
    page.locator("#password").fill("海棠-晚风-2021-渡口")
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        page.get_by_role("main").get_by_role("button").click()
    kept = SimpleCookie(posted.value.all_headers()["set-cookie"])["duban"].value
    page.wait_for_load_state("load")
    # the office's clock stands years behind the browser's, which takes the cookie for one that is over
    newcomer.context.add_cookies([{"name": "duban", "value": kept, "url": newcomer.address}])
    page = newcomer.open("/")
    assert "林夏" in page.get_by_role("main").inner_text()
    assert page.locator("h1").inner_text() == "今日待办"


def test_what_administrators_open_lies_well_on_a_phone(stage: Stage) -> None:
    seat = stage.seat("admin", size=PHONE)
    rooms = ["", "/people", "/people/new", "/organizations", "/rounds", "/policy", "/calendar", "/channels", "/tokens"]
    places = [*(f"/settings{one}" for one in rooms), "/settings/security-log", "/api/docs", "/api/docs/notifyFinding"]
    assert [f"{one}: {what}" for one in places for what in lies_badly(seat.open(one), touched=True)] == []
