"""A password that somebody else knows, or that is too old, is changed before anything else; and by which rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.models import Person
from service.people.accounts import give_password
from service.settings import AccountRules
from service.settings.accounts import PASSWORD_PROFILES
from tests.fakes.client import Client, Json
from tests.worlds.http import PASSWORD, World
from workflows.findings.facts import OPERATOR

GIVEN, OWN = "先给的密码，登录后要改掉的", "自己选的密码，别人都不知道"


def with_profile(world: World, name: str) -> World:
    """The world, whose office demands another profile of passwords."""
    accounts = AccountRules(passwords=PASSWORD_PROFILES[name])
    settings = replace(world.resources.settings, accounts=accounts)
    world.app.extensions["duban"] = replace(world.resources, settings=settings)
    return world


def signed_in(world: World, password: str) -> tuple[Client, str | None]:
    answer = world.anonymous.post("/tokens", {"username": "inspector", "password": password})
    return Client(world.app, answer["token"]), answer["next_step"]


def changed(client: Client, current: str, new: str, *, expect: int = 204) -> Json:
    return client.put("/me/password", {"current_password": current, "new_password": new}, expect=expect)


def test_a_password_that_was_given_is_changed_before_anything_else(world_on_each: World) -> None:
    world = world_on_each
    with world.session() as session:
        person = session.get_one(Person, world.ids.person_ids["inspector"])
        rules = PASSWORD_PROFILES["asvs5"]
        give_password(session, person, GIVEN, rules=rules, actor=OPERATOR, now=world.clock.at)
        session.commit()
    inspector, step = signed_in(world, GIVEN)
    assert step == "change_password"
    for refused in (inspector.get("/findings", expect=403), inspector.post("/me/tokens", {"name": "x"}, expect=403)):
        assert (refused["code"], refused["next_step"]) == ("change_password_first", "change_password")
        assert "PUT /api/v1/me/password" in refused["detail"]
    inspector.get("/me")
    assert "new_password" in changed(inspector, GIVEN, GIVEN, expect=422)["errors"]
    changed(inspector, GIVEN, OWN)
    inspector.get("/findings")
    assert signed_in(world, OWN)[1] is None


def test_whoever_need_not_change_it_signs_out_as_ever(world: World) -> None:
    inspector, step = signed_in(world, PASSWORD)
    assert step is None
    inspector.delete("/tokens/current")


@pytest.mark.parametrize(
    ("password", "sentence"), [("只有汉字的密码不够种类", "至少使用大写字母"), ("Kurz-2021", "至少使用 10 个字符")]
)
def test_the_other_profile_asks_for_kinds_of_signs(world: World, password: str, sentence: str) -> None:
    program = with_profile(world, "djbh")["inspector"]
    renewed(world)
    answer = changed(program, PASSWORD, password, expect=422)
    assert sentence in answer["errors"]["new_password"][0]


def renewed(world: World) -> None:
    """Let the inspector's password be as young as the clock."""
    with world.session() as session:
        session.get_one(Person, world.ids.person_ids["inspector"]).password_set_at = world.clock.at
        session.commit()


def test_the_other_profile_wants_it_changed_each_ninety_days_and_none_of_the_last_again(world: World) -> None:
    with_profile(world, "djbh")
    renewed(world)
    first, second = "Sommer-auf-dem-Land-1", "Winter-in-der-Stadt-2"
    inspector, step = signed_in(world, PASSWORD)
    assert step is None
    changed(inspector, PASSWORD, first)
    world.clock.at += timedelta(days=90)
    inspector, step = signed_in(world, first)
    assert step == "change_password"
    for former in (first, PASSWORD):
        assert "近期用过" in changed(inspector, first, former, expect=422)["errors"]["new_password"][0]
    changed(inspector, first, second)
    assert signed_in(world, second)[1] is None


def test_the_other_profile_lets_one_be_wrong_five_times(world: World) -> None:
    with_profile(world, "djbh")
    wrong = {"username": "inspector", "password": "不是这个密码"}
    assert [world.anonymous.call("POST", "/tokens", json=wrong).status_code for _ in range(6)] == [401] * 5 + [429]
