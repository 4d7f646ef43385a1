"""The security log by pages: for its readers alone, filtered, taken along as a file, each of it on record."""

from tests.fakes.browser import Browser
from tests.worlds.http import World


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_the_log_is_read_filtered_and_exported(world_on_each: World) -> None:
    world, admin = world_on_each, browser_of(world_on_each, "admin")
    Browser(world.app).send("/sign-in", {"username": "inspector", "password": "falsch-geraten-2021"}, expect=401)
    page = admin.get("/settings/security-log?kind=sign_in&outcome=failure&since=2021-04-12&until=2021-04-12")
    assert "陈一鸣" in page.text
    export = next(link for link in page.links() if "/export?" in link and link.endswith("csv"))
    answer = admin.ask("GET", export)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "查阅安全日志" in admin.get("/settings/security-log").text
    assert "没有符合条件" in admin.get("/settings/security-log?until=2021-04-01").text


def test_what_is_no_filter_is_told_and_nobody_else_reads_it(world: World) -> None:
    browser_of(world, "admin").get("/settings/security-log?kind=nonsense", expect=422)
    assert browser_of(world, "leadership").ask("GET", "/settings/security-log").status_code == 403
