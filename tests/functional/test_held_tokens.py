"""Sign-ins and access tokens: who sees and ends them, what they are good for, and how they end by themselves."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from api.http.token_use import device_of
from service.models import Token
from tests.fakes.client import Client, Json
from tests.worlds.http import PASSWORD, World

PHONE = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/146.0 Mobile MicroMessenger/8.0.70"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def signed_in(world: World, agent: str = PHONE) -> Client:
    answer = world.anonymous.call(
        "POST",
        "/tokens",
        json={"username": "inspector", "password": PASSWORD},
        headers={"User-Agent": agent},
        environ_base={"REMOTE_ADDR": "203.0.113.9"},
    )
    return Client(world.app, answer.get_json()["token"])


def status(client: Client, path: str = "/me", method: str = "GET", **options: Any) -> int:
    code: int = client.call(method, path, **options).status_code
    return code


def theirs(world: World) -> str:
    return f"/people/{world.ids.person_ids['inspector']}/tokens"


def test_one_sees_where_one_is_signed_in_and_ends_the_others(world_on_each: World) -> None:
    world = world_on_each
    phone, desk = signed_in(world), signed_in(world, "curl/8.5.0")
    shown = {one["device"]: one for one in desk.items("/me/tokens")}
    assert {name: one["kind"] for name, one in shown.items()} == {
        "微信 · Android": "sign_in",
        "curl/8.5.0": "sign_in",
        None: "sign_in",
    }
    assert shown["微信 · Android"]["address"] == "203.0.113.9"
    assert [one["device"] for one in shown.values() if one["current"]] == ["curl/8.5.0"]
    assert status(desk, f"/me/tokens/{shown['微信 · Android']['id']}", "DELETE") == 204
    assert (status(phone), status(desk), status(world["inspector"])) == (401, 200, 200)
    assert status(desk, "/me/tokens", "DELETE") == 204
    assert (status(desk), status(world["inspector"])) == (200, 401)


def test_nobody_but_an_administrator_ends_another_persons_and_that_is_on_record(world: World) -> None:
    first, second = signed_in(world), signed_in(world)
    ids = [one["id"] for one in world["admin"].items(theirs(world)) if one["device"]]
    assert status(world["leader"], f"/me/tokens/{ids[0]}", "DELETE") == 404
    assert status(world["admin"], f"{theirs(world)}/{ids[0]}", "DELETE") == 204
    assert sorted((status(first), status(second))) == [200, 401]
    assert status(world["admin"], theirs(world), "DELETE") == 204
    assert (status(first), status(second), world["admin"].items(theirs(world))) == (401, 401, [])
    acts = world["admin"].items(f"/people/{world.ids.person_ids['inspector']}/changes")
    assert [(one["act"], one["actor"]["name"]) for one in acts] == [("change", "吴管理")] * 2


def test_a_token_that_only_reads_changes_nothing_and_ends_by_itself(world: World) -> None:
    made = signed_in(world).post("/me/tokens", {"name": "周报脚本", "days": 2})
    program = Client(world.app, made["token"])
    (shown,) = [one for one in program.items("/me/tokens") if one["current"]]
    assert (shown["kind"], shown["name"], shown["scope"]) == ("access_token", "周报脚本", "read")
    refused = program.post("/findings", {"summary": "x"}, expect=403)
    assert refused["code"] == "token_only_reads"
    assert program.delete("/me/tokens", expect=403)["code"] == "token_only_reads"
    world.clock.at += timedelta(hours=47)
    assert status(program) == 200  # a program may rest
    world.clock.at += HOUR
    assert status(program) == 401


def test_a_full_token_works_but_makes_no_other(world: World) -> None:
    inspector = signed_in(world)
    program = Client(world.app, inspector.post("/me/tokens", {"name": "台账", "scope": "full"})["token"])
    assert program.post("/me/tokens", {"name": "下一个"}, expect=403)["code"] == "sign_in_needed"
    body: Json = {"organization_id": world.ids.university_id, "summary": "挂钟停走", "severity": "general"}
    program.post("/findings", body)
    inspector.post("/me/tokens", {"name": "太久", "days": 367}, expect=422)


def test_a_repeat_of_the_same_request_makes_one_token(world: World) -> None:
    inspector = signed_in(world)
    first, second = (
        inspector.post("/me/tokens", {"name": "周报"}, headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    )
    assert first == second
    assert [one["name"] for one in inspector.items("/me/tokens")].count("周报") == 1


def test_one_person_has_no_more_than_twenty_access_tokens(world: World) -> None:
    inspector = signed_in(world)
    for number in range(20):
        inspector.post("/me/tokens", {"name": f"程序 {number}"})
    assert "name" in inspector.post("/me/tokens", {"name": "第二十一个"}, expect=422)["errors"]


def test_a_sign_in_that_rests_for_an_hour_ends_and_one_that_is_used_goes_on(world_on_each: World) -> None:
    world = world_on_each
    used, rested = signed_in(world), signed_in(world)
    for _ in range(3):
        world.clock.at += 40 * MINUTE
        assert status(used) == 200
    assert status(rested) == 401
    world.clock.at += HOUR
    assert status(used) == 401


def test_a_call_within_two_minutes_of_the_last_one_writes_nothing(world: World) -> None:
    inspector = signed_in(world)
    written: list[str] = []
    event.listen(
        world.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: written.append(statement) if statement.startswith("UPDATE") else None,
    )
    world.clock.at += MINUTE
    assert status(inspector) == 200
    assert written == []
    world.clock.at += MINUTE
    assert status(inspector) == 200
    assert [statement.split()[1] for statement in written] == ["tokens"]
    with world.session() as session:
        assert world.clock.at in session.scalars(select(Token.last_used_at)).all()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/146.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("", None),
        ("\x1b[31m" + "x" * 200, "[31m" + "x" * 35),
    ],
)
def test_a_device_is_called_by_program_and_system(agent: str, device: str | None) -> None:
    assert device_of(agent) == device
