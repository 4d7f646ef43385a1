"""Mail and queues by pages: a trial, what was not sent, and what keeps Duban from its duties on the first page."""

from tests.fakes.browser import Browser
from tests.worlds.http import MINUTE, World


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_a_trial_mail_says_what_came_of_it(world_on_each: World) -> None:
    admin = browser_of(world_on_each, "admin")
    page = admin.send("/settings/channels/trial", {"address": "office@exam.example"}, expect=200)
    assert "outbox" in page.text
    page = admin.send("/settings/channels/trial", {"address": "nonsense"}, expect=200)
    assert "请" in page.text


def test_what_keeps_duban_from_its_duties_stands_on_the_administrators_first_page(world: World) -> None:
    world.clock.at += MINUTE
    assert "运行情况" in browser_of(world, "admin").get("/").text
    assert "运行情况" not in browser_of(world, "inspector").get("/").text
