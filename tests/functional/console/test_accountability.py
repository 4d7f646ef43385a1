"""Accountability by pages, for the centre alone: who looked, what came late, what was looked for and not found."""

from tests.fakes.browser import Browser
from tests.worlds.http import World, local


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_the_centre_reads_who_looked_at_a_unit_and_what_came_late(world: World) -> None:
    id_ = world.logged(severity="major")["id"]
    world.go(local(4, 16))  # nobody has notified it
    leader = browser_of(world, "leader")
    page = leader.get(f"/findings/{id_}")
    assert f"/findings/{id_}/accountability" in page.links()
    page = leader.get(f"/findings/{id_}/accountability")
    for words in ("通知时限", "未督查", "应办结时间", "履职情况", "未办结"):
        assert words in page.text
    unit = next(link for link in page.links() if link.startswith("/accountability/"))
    page = leader.get(unit)
    assert "通知时限" in page.text
    assert f"/findings/{id_}" in page.links()
    leader.get(f"{unit}&cursor=nonsense", expect=404)
    for who in ("university", "district", "bureau"):
        browser_of(world, who).get("/accountability", expect=403)


def test_a_unit_is_chosen_and_what_was_not_found_is_ranked(world: World) -> None:
    leader = browser_of(world, "leader")
    page = leader.get("/accountability")
    assert "还没有办结的督查表" in page.text
    chosen = leader.ask("GET", f"/accountability?organization_id={world.ids.university_id}")
    assert chosen.status_code == 303
    leader.get(chosen.location)
    leader.get("/accountability?organization_id=nonsense", expect=404)
