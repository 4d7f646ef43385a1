"""An administrator's story: somebody is added and invited, signs in with the code, and sees what there is to do."""

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
    page.get_by_role("main").get_by_role("button").click()
    assert "林夏" in page.get_by_role("main").inner_text()
    assert page.locator("h1").inner_text() == "今日待办"
